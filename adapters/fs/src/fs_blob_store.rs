use crate::blocking;
use crate::engine::Engine;
use crate::error::Error;
use crate::linked::Linked;
use crate::receive::receive;
use crate::streaming::Streaming;
use async_trait::async_trait;
use desktop_delivery::blob::{Blob, Stored};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::ids::BlobKey;
use desktop_delivery::{BlobStore, ByteStream, StoreError};
use std::fmt::{self, Debug};
use std::ops::Range;
use std::path::Path;

/// Keeps blobs in a local folder, with every promise of [`BlobStore`] on Linux; the README has what
/// other systems keep.
///
/// Any number of stores, in any number of processes, may share a folder. All but
/// [`open`](Self::open) is called inside a tokio runtime and fails without one.
#[derive(Clone)]
pub struct FsBlobStore {
    engine: Engine,
}

impl FsBlobStore {
    /// Opens the folder at `root`, makes it durably where it is missing, and sweeps it.
    ///
    /// The folder is then held open: the path is not looked up again. A folder that cannot be
    /// written is opened for reading. Waits for the disk.
    ///
    /// # Errors
    /// [`StoreError`]: `Denied` where the folder cannot be opened or made; `Corrupt` where something
    /// else is in its place.
    pub fn open(root: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::swept(Engine::open(root.as_ref()))
    }

    /// Opens the folder with the calls of Rust's standard library alone, as is done of itself outside
    /// Linux; README has what that costs.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_portably(root: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::swept(Engine::open_portably(root.as_ref()))
    }

    fn swept(opened: Result<Engine, Error>) -> Result<Self, StoreError> {
        let engine = opened.map_err(|error| error.at("open"))?;
        match engine.sweep() {
            Err(error) if error.kind() != StoreErrorKind::Denied => Err(error.at("open")),
            // What lies there for good on a read-only disk does no harm.
            _ => Ok(Self { engine }),
        }
    }

    /// Hides puts under way by a name in a folder of their own, as is done of itself where the file
    /// system has no unnamed files.
    #[must_use]
    pub fn with_named_files(mut self) -> Self {
        self.engine.name_files();
        self
    }

    /// Deletes what puts left that died with their process, and tells how many files that was.
    ///
    /// Puts under way, in any process, are not touched: each holds a lock while it lives. Where files
    /// have no names before they are published there is never anything to do.
    ///
    /// # Errors
    /// [`StoreError`]: `Denied` where writing is not allowed.
    pub async fn sweep(&self) -> Result<u64, StoreError> {
        let engine = self.engine.clone();
        blocking::run(move || engine.sweep()).await.map_err(|error| error.at("sweep"))
    }

    /// The keys of all blobs, in no order; for operators, since it takes as long as reading every
    /// folder.
    ///
    /// A put or a delete meanwhile may be in it or not.
    ///
    /// # Errors
    /// [`StoreError`]: `Denied` where the folder cannot be read.
    pub async fn keys(&self) -> Result<Vec<BlobKey>, StoreError> {
        let engine = self.engine.clone();
        blocking::run(move || engine.keys()).await.map_err(|error| error.at("keys"))
    }

    /// Lets `other` have a blob too, without a copy of its bytes: as a hard link. What either store
    /// deletes, the other keeps.
    ///
    /// The link is on stable storage after [`sync`](Self::sync) of `other`.
    ///
    /// # Errors
    /// [`StoreError`]: `Denied`, `Full`, where the other folder cannot be written.
    pub async fn link(&self, key: BlobKey, other: &Self) -> Result<Linked, StoreError> {
        let (from, to) = (self.engine.clone(), other.engine.clone());
        blocking::run(move || from.link(key, &to)).await.map_err(|error| error.at("link"))
    }

    /// Waits until everything in the folder is on stable storage, which puts see to by themselves.
    ///
    /// # Errors
    /// [`StoreError`] where the disk fails.
    pub async fn sync(&self) -> Result<(), StoreError> {
        let engine = self.engine.clone();
        blocking::run(move || engine.sync()).await.map_err(|error| error.at("sync"))
    }

    async fn open_blob(
        &self,
        key: BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Blob>, Error> {
        let opened = match self.engine.blob_at_once(key) {
            Some(outcome) => outcome?,
            None => {
                let engine = self.engine.clone();
                blocking::run(move || engine.blob(key)).await?
            }
        };
        let Some((file, size)) = opened else { return Ok(None) };
        let range = range.map_or(0..size, |range| range.start.min(size)..range.end.min(size));
        let bytes = Streaming::new(file, range, self.engine.may_peek())?;
        Ok(Some(Blob { size, bytes: Box::pin(bytes) }))
    }
}

impl Debug for FsBlobStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FsBlobStore").finish_non_exhaustive()
    }
}

#[async_trait]
impl BlobStore for FsBlobStore {
    async fn put(&self, key: BlobKey, body: ByteStream) -> Result<Stored, StoreError> {
        let received = receive(self.engine.clone(), key, body).await;
        received.map(|published| published.into_inner().keep()).map_err(|error| error.at("put"))
    }

    async fn get(
        &self,
        key: BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Blob>, StoreError> {
        self.open_blob(key, range).await.map_err(|error| error.at("get"))
    }

    async fn delete(&self, key: BlobKey) -> Result<(), StoreError> {
        let engine = self.engine.clone();
        blocking::run(move || engine.delete(key)).await.map_err(|error| error.at("delete"))
    }
}
