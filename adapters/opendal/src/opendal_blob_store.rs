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

/// A blob store in an object store, with all guarantees of [`BlobStore`].
///
/// Any number of stores, in any number of processes, may share a location. All methods except
/// [`new`](Self::new) must be called within a tokio runtime and fail without one.
#[derive(Clone)]
pub struct OpendalBlobStore {
    operator: Operator,
}

impl OpendalBlobStore {
    /// Stores blobs below the root of `operator`, which the host builds with its own layers, such
    /// as those of [`Limits`](crate::Limits). Makes no calls.
    ///
    /// # Errors
    /// [`StoreError`] of kind `Unexpected` if the service lacks a required capability; the source
    /// names it. For a local folder use `desktop-delivery-fs`: opendal's file service checks and
    /// then renames, so that several of many parallel puts succeed.
    pub fn new(operator: Operator) -> Result<Self, StoreError> {
        let info = operator.info();
        let scheme = info.scheme();
        let lack = if scheme == "fs" {
            Some("overwrites under parallel puts; use desktop-delivery-fs for a local folder")
        } else {
            missing_capability(&info.capability())
        };
        match lack {
            Some(lack) => Err(Error::Unfit(lack).at("open")),
            None => Ok(Self { operator }),
        }
    }

    /// Stores, reads and deletes a blob of a few bytes to check that the store keeps its content
    /// and refuses a taken key, which some S3-compatible stores do not. Intended for startup.
    ///
    /// # Errors
    /// [`StoreError`]: `Denied` if access rights are missing; `Unexpected` if the store overwrites.
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
        // For Azure, opendal would append the operator's own SAS token with its own rights and
        // expiry.
        let can = info.scheme() == "s3"
            && able.presign_read
            && able.read_with_override_content_disposition
            && able.read_with_override_content_type;
        let object = Object::of(&self.operator, key);
        if !can {
            return Ok(None);
        }
        let found = object.stat().await?;
        if !found.is_some_and(|metadata| options.allows_size(metadata.content_length())) {
            return Ok(None);
        }
        let signed = self
            .operator
            .presign_read_with(&object.path, options.valid_for)
            .override_content_disposition(&options.content_disposition)
            .override_content_type(&options.media_type)
            .override_cache_control("private, no-store")
            .await?;
        // A redirect cannot set any header except Host.
        let is_plain = signed.method() == Method::GET
            && signed.header().keys().all(|name| name == http::header::HOST);
        if !is_plain {
            return Err(Error::NoAddress);
        }
        let address = DirectAddress::new(signed.uri().to_string());
        address.map(Some).map_err(|_| Error::NoAddress)
    }
}

/// Returns the required capability that a service lacks, if any.
const fn missing_capability(able: &Capability) -> Option<&'static str> {
    if !(able.stat && able.read && able.write && able.delete) {
        Some("cannot read, write and delete")
    } else if !able.write_can_multi {
        Some("cannot take a file in parts")
    } else if !able.write_can_empty {
        Some("cannot keep an empty file")
    } else if !able.write_with_if_not_exists {
        Some("cannot refuse a key that is in use")
    } else if !able.write_with_user_metadata {
        Some("cannot store user metadata")
    } else {
        None
    }
}

impl Debug for OpendalBlobStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The Debug output of the operator shows all its settings.
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
