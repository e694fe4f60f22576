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

/// A blob store in a local folder, with all guarantees of [`BlobStore`] on Linux. The README lists
/// the guarantees on other systems.
///
/// Any number of stores, in any number of processes, may share a folder. All methods except the
/// constructors must be called within a tokio runtime and fail without one.
#[derive(Clone)]
pub struct FsBlobStore {
    engine: Engine,
}

impl FsBlobStore {
    /// Opens the folder at `root`, creating it durably if it is missing, and sweeps it.
    ///
    /// The folder is held open; its path is not looked up again. A folder that is not writable is
    /// opened for reading. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError`]: `Denied` if the folder cannot be opened or created; `Corrupt` if `root` is not a
    /// folder.
    pub fn open(root: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::swept(Engine::open(root.as_ref()))
    }

    /// Opens the folder with the calls of Rust's standard library only, which is the default
    /// outside Linux. The README describes what that costs.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_portably(root: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::swept(Engine::open_portably(root.as_ref()))
    }

    fn swept(opened: Result<Engine, Error>) -> Result<Self, StoreError> {
        let engine = opened.map_err(|error| error.at("open"))?;
        match engine.sweep() {
            Err(error) if error.kind() != StoreErrorKind::Denied => Err(error.at("open")),
            // Leftovers on a read-only disk are harmless.
            _ => Ok(Self { engine }),
        }
    }

    /// Keeps unfinished puts as named files in a separate folder, which is the default on file
    /// systems without unnamed files.
    #[must_use]
    pub fn with_named_files(mut self) -> Self {
        self.engine.name_files();
        self
    }

    /// Deletes the files left by puts whose process died, and returns how many files were deleted.
    ///
    /// Unfinished puts of any live process are not touched, because each holds a lock. Unnamed
    /// files leave nothing to sweep.
    ///
    /// # Errors
    /// [`StoreError`]: `Denied` if the folder is not writable.
    pub async fn sweep(&self) -> Result<u64, StoreError> {
        let engine = self.engine.clone();
        blocking::run(move || engine.sweep()).await.map_err(|error| error.at("sweep"))
    }

    /// Returns the keys of all blobs in no particular order. Intended for operators: takes as long
    /// as reading every folder.
    ///
    /// The result may or may not include concurrent puts and deletes.
    ///
    /// # Errors
    /// [`StoreError`]: `Denied` if the folder cannot be read.
    pub async fn keys(&self) -> Result<Vec<BlobKey>, StoreError> {
        let engine = self.engine.clone();
        blocking::run(move || engine.keys()).await.map_err(|error| error.at("keys"))
    }

    /// Adds a blob to `other` as a hard link, without copying its bytes. Deleting it from one store
    /// does not affect the other.
    ///
    /// The link is on stable storage after a [`sync`](Self::sync) of `other`.
    ///
    /// # Errors
    /// [`StoreError`]: `Denied` or `Full` if the other folder cannot be written.
    pub async fn link(&self, key: BlobKey, other: &Self) -> Result<Linked, StoreError> {
        let (from, to) = (self.engine.clone(), other.engine.clone());
        blocking::run(move || from.link(key, &to)).await.map_err(|error| error.at("link"))
    }

    /// Waits until everything in the folder is on stable storage. Only needed after
    /// [`link`](Self::link), since puts are durable on their own.
    ///
    /// # Errors
    /// [`StoreError`] if the disk fails.
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
