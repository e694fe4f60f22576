use crate::error::Error;
use crate::object::Object;
use crate::reading;
use crate::receive::receive;
use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::blob::{Blob, DirectAddress, DirectOptions, Stored};
use desktop_delivery::ids::BlobKey;
use desktop_delivery::{BlobStore, ByteStream, StoreError};
use futures_util::{TryStreamExt as _, stream};
use http::Method;
use opendal::{Capability, Operator};
use std::fmt::{self, Debug};
use std::ops::Range;

/// Keeps blobs in an object store, with every promise of [`BlobStore`].
///
/// Any number of stores, in any number of processes, may share a place. All but
/// [`new`](Self::new) is called inside a tokio runtime and fails without one.
#[derive(Clone)]
pub struct OpendalBlobStore {
    operator: Operator,
}

impl OpendalBlobStore {
    /// Keeps blobs below the root of `operator`, which a host builds and gives its layers, such as
    /// those of [`Limits`](crate::Limits). Calls nobody.
    ///
    /// # Errors
    /// [`StoreError`] of kind `Unexpected` where its service lacks what a blob store needs; the
    /// source says what. A local folder is for `desktop-delivery-fs`, since opendal's looks first and
    /// then renames, so that of parallel puts several win.
    pub fn new(operator: Operator) -> Result<Self, StoreError> {
        let info = operator.info();
        let scheme = info.scheme();
        let lack = if scheme == "fs" {
            Some("overwrites under parallel puts; take desktop-delivery-fs for a local folder")
        } else {
            lack_of(&info.capability())
        };
        match lack {
            Some(lack) => Err(Error::Unfit(lack).at("open")),
            None => Ok(Self { operator }),
        }
    }

    /// Tries with a blob of a few bytes whether the store takes, keeps, gives and deletes, and
    /// refuses a key that is taken; for a host that starts, since some stores that speak S3 do not.
    ///
    /// # Errors
    /// [`StoreError`]: `Denied` where rights are missing; `Unexpected` where the store overwrites.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.try_out().await.map_err(|error| error.at("check"))
    }

    async fn try_out(&self) -> Result<(), Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| Error::NoEntropy)?;
        let object = Object::of(&self.operator, BlobKey::from_bytes(bytes));
        let body = |word: &'static str| -> ByteStream {
            Box::pin(stream::iter([Ok(Bytes::from_static(word.as_bytes()))]))
        };
        receive(object.clone(), body("first")).await?;
        let second = receive(object.clone(), body("second")).await;
        let found = match reading::open(&object, None).await? {
            Some(blob) => blob.bytes.try_collect::<Vec<_>>().await.map_err(Error::Body)?.concat(),
            None => Vec::new(),
        };
        object.delete().await?;
        match second {
            Err(Error::Taken) if found == b"first" => Ok(()),
            Err(Error::Taken) => Err(Error::Different),
            Ok(_) => Err(Error::Overwrites),
            Err(error) => Err(error),
        }
    }

    async fn presign(
        &self,
        key: BlobKey,
        options: &DirectOptions,
    ) -> Result<Option<DirectAddress>, Error> {
        let info = self.operator.info();
        let able = info.capability();
        // Azure's are the operator's own SAS token, whose rights and end are not this address's.
        let can = info.scheme() == "s3"
            && able.presign_read
            && able.read_with_override_content_disposition
            && able.read_with_override_content_type;
        let object = Object::of(&self.operator, key);
        if !can || object.stat().await?.is_none() {
            return Ok(None);
        }
        let signed = self
            .operator
            .presign_read_with(&object.path, options.valid_for)
            .override_content_disposition(&options.content_disposition)
            .override_content_type(&options.media_type)
            .override_cache_control("private, no-store")
            .await?;
        // A redirect can ask for no header but the host's.
        let is_plain = signed.method() == Method::GET
            && signed.header().keys().all(|name| name == http::header::HOST);
        if !is_plain {
            return Err(Error::NoAddress);
        }
        let address = DirectAddress::new(signed.uri().to_string());
        address.map(Some).map_err(|_| Error::NoAddress)
    }
}

/// What a service cannot do that a blob store needs, if anything.
const fn lack_of(able: &Capability) -> Option<&'static str> {
    if !(able.stat && able.read && able.write && able.delete) {
        Some("cannot read, write and delete")
    } else if !able.write_can_multi {
        Some("cannot take a file in parts")
    } else if !able.write_can_empty {
        Some("cannot keep an empty file")
    } else if !able.write_with_if_not_exists {
        Some("cannot refuse a key that is taken")
    } else if !able.write_with_user_metadata {
        Some("cannot keep a mark beside a file")
    } else {
        None
    }
}

impl Debug for OpendalBlobStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The operator's own Debug shows the whole of its settings.
        let scheme = self.operator.info().scheme();
        f.debug_struct("OpendalBlobStore").field("service", &scheme).finish_non_exhaustive()
    }
}

#[async_trait]
impl BlobStore for OpendalBlobStore {
    async fn put(&self, key: BlobKey, body: ByteStream) -> Result<Stored, StoreError> {
        receive(Object::of(&self.operator, key), body).await.map_err(|error| error.at("put"))
    }

    async fn get(
        &self,
        key: BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Blob>, StoreError> {
        let object = Object::of(&self.operator, key);
        reading::open(&object, range).await.map_err(|error| error.at("get"))
    }

    async fn delete(&self, key: BlobKey) -> Result<(), StoreError> {
        Object::of(&self.operator, key).delete().await.map_err(|error| error.at("delete"))
    }

    async fn direct(
        &self,
        key: BlobKey,
        options: &DirectOptions,
    ) -> Result<Option<DirectAddress>, StoreError> {
        self.presign(key, options).await.map_err(|error| error.at("direct"))
    }
}
