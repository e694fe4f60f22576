use crate::blocking;
use crate::engine::Engine;
use crate::error::Error;
use crate::linked::Linked;
use crate::receive::receive;
use crate::streaming::Streaming;
use async_trait::async_trait;
use desktop_delivery::blob::{Blob, DirectAddress, DirectOptions, Stored};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::ids::BlobKey;
use desktop_delivery::input::InvalidInput;
use desktop_delivery::{BlobStore, ByteStream, StoreError};
use std::fmt::{self, Debug};
use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A blob store in a local folder, with all guarantees of [`BlobStore`] on Linux. The README lists
/// the guarantees on other systems.
///
/// Any number of stores, in any number of processes, may share a folder. All methods except the
/// constructors must be called within a tokio runtime and fail without one.
#[derive(Clone)]
pub struct FsBlobStore {
    engine: Engine,
    /// The path of the folder as the front server knows it, without a slash at the end.
    front_path: Option<Arc<str>>,
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
            _ => Ok(Self { engine, front_path: None }),
        }
    }

    /// Lets a front server send the files: [`BlobStore::direct`] returns [internal
    /// locations](DirectAddress::internal) below `path`, which is the folder as the front server
    /// knows it. For nginx, that is an internal location with an `alias` of the folder, such as
    /// `/internal/files`; for Apache with `mod_xsendfile`, the absolute path of the folder.
    ///
    /// The front server must be able to read the files. Therefore, files and folders created from
    /// now on by this store and its clones have the modes 0640 and 0750 instead of 0600 and 0700,
    /// from which the system removes what the umask forbids, or what the default access control
    /// list of the folder does not grant. The README shows how to grant access to one user.
    ///
    /// # Errors
    /// [`InvalidInput`] if `path` is not an absolute path, has a segment `..`, a query or a
    /// fragment, or is not percent-encoded.
    pub fn with_front_server(mut self, path: &str) -> Result<Self, InvalidInput> {
        DirectAddress::internal(path.to_owned())?;
        self.front_path = Some(path.trim_end_matches('/').into());
        self.engine.share();
        Ok(self)
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

    async fn open_file(&self, key: BlobKey) -> Result<Option<(File, u64)>, Error> {
        match self.engine.blob_at_once(key) {
            Some(outcome) => outcome,
            None => {
                let engine = self.engine.clone();
                blocking::run(move || engine.blob(key)).await
            }
        }
    }

    async fn open_blob(
        &self,
        key: BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Blob>, Error> {
        let Some((file, size)) = self.open_file(key).await? else { return Ok(None) };
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

    async fn direct(
        &self,
        key: BlobKey,
        options: &DirectOptions,
    ) -> Result<Option<DirectAddress>, StoreError> {
        let Some(front_path) = &self.front_path else { return Ok(None) };
        let found = self.open_file(key).await.map_err(|error| error.at("direct"))?;
        if !found.is_some_and(|(_, size)| options.allows_size(size)) {
            return Ok(None);
        }
        let name = key.to_string();
        // The path was checked when it was set.
        Ok(DirectAddress::internal(format!("{front_path}/{}/{name}", &name[..3])).ok())
    }
}
