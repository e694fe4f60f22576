//! Storing and streaming files, and the minimum that either can cost.

use bytes::Bytes;
use desktop_delivery::ids::BlobKey;
use desktop_delivery::token::SystemEntropy;
use desktop_delivery::{BlobStore, ByteStream, Entropy};
use desktop_delivery_fs::FsBlobStore;
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The number of bytes in a piece, as an HTTP server reads them from a connection.
const PIECE: usize = 64 << 10;

/// A folder for blobs, and content to store there.
#[derive(Debug)]
pub struct Files {
    folder: TempDir,
    store: FsBlobStore,
    content: Bytes,
}

impl Files {
    /// Generates content of this length.
    ///
    /// # Panics
    /// If no folder can be created.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let folder = crate::temporary_ledger::folder();
        let store = FsBlobStore::open(folder.path().join("blobs")).expect("a store");
        let mut content = vec![0; length];
        SystemEntropy.fill(&mut content).expect("random bytes");
        Self { folder, store, content: content.into() }
    }

    /// Returns the content.
    #[must_use]
    pub const fn content(&self) -> &Bytes {
        &self.content
    }

    /// Stores the content and returns its key.
    ///
    /// # Panics
    /// If that fails.
    pub async fn put(&self) -> BlobKey {
        let mut key = [0; 16];
        SystemEntropy.fill(&mut key).expect("random bytes");
        let key = BlobKey::from_bytes(key);
        let content = self.content.clone();
        let pieces = (0..content.len().div_ceil(PIECE)).map(move |piece| {
            Ok(content.slice(piece * PIECE..content.len().min((piece + 1) * PIECE)))
        });
        let stored = self.store.put(key, Box::pin(futures_util::stream::iter(pieces))).await;
        assert_eq!(stored.expect("room").size, self.content.len() as u64);
        key
    }

    /// Deletes a stored blob.
    ///
    /// # Panics
    /// If that fails.
    pub async fn delete(&self, key: BlobKey) {
        self.store.delete(key).await.expect("it goes");
    }

    /// Only hashes the content.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        self.content.chunks(PIECE).for_each(|piece| hash.update(piece));
        hash.finalize().into()
    }

    /// Only writes the content durably, and returns the path.
    ///
    /// # Panics
    /// If that fails.
    #[must_use]
    pub fn write(&self) -> PathBuf {
        let path = self.folder.path().join("by hand");
        let write = || {
            let mut file = File::create(path.with_extension("part"))?;
            self.content.chunks(PIECE).try_for_each(|piece| file.write_all(piece))?;
            file.sync_all()?;
            fs::rename(path.with_extension("part"), &path)?;
            File::open(self.folder.path())?.sync_all()
        };
        write().expect("room");
        path
    }

    /// Streams a stored blob and returns its length.
    ///
    /// # Panics
    /// If that fails.
    pub async fn stream(&self, key: BlobKey) -> usize {
        let blob = self.store.get(key, None).await.expect("get").expect("it is there");
        let bytes: ByteStream = blob.bytes;
        let count = |sum, piece: Bytes| async move { Ok(sum + black_box(piece).len()) };
        bytes.try_fold(0, count).await.expect("all of it")
    }

    /// Reads a file repeatedly into one buffer and returns its length.
    ///
    /// # Errors
    /// If reading fails.
    pub fn read(path: &Path) -> io::Result<usize> {
        let mut file = File::open(path)?;
        let mut buffer = vec![0; 256 << 10];
        let mut length = 0;
        loop {
            match black_box(file.read(&mut buffer)?) {
                0 => return Ok(length),
                read => length += read,
            }
        }
    }
}
