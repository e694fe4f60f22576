//! A stored file that a desk reads completely, for the first time or again.

use crate::scene::{self, ATTACHMENT, Scene};
use desktop_delivery::memory::MemoryLedger;
use desktop_delivery::token::SystemEntropy;
use desktop_delivery::{BlobStore, Desk, Entropy as _, Ledger, RequestHandle};
use desktop_delivery_fs::FsBlobStore;
use futures_util::TryStreamExt as _;
use std::sync::Arc;
use tempfile::TempDir;

/// A file in a folder store.
#[derive(Debug)]
pub struct WholeRead {
    ledger: Arc<dyn Ledger>,
    blobs: Arc<dyn BlobStore>,
    handle: RequestHandle,
    length: usize,
    _folder: TempDir,
}

impl WholeRead {
    /// Stores a file of this many bytes.
    ///
    /// # Panics
    /// If no folder can be created.
    pub async fn new(length: usize) -> Self {
        let folder = crate::temporary_ledger::folder();
        let ledger: Arc<dyn Ledger> = Arc::new(MemoryLedger::new());
        let store = FsBlobStore::open(folder.path().join("blobs")).expect("a store");
        let blobs: Arc<dyn BlobStore> = Arc::new(store);
        let mut content = vec![0; length];
        SystemEntropy.fill(&mut content).expect("random bytes");
        content[..5].copy_from_slice(b"%PDF-");
        let (same, content) = (Arc::clone(&blobs), content.into());
        let scene = Scene::with_files(Arc::clone(&ledger), same, content, 1).await;
        Self { ledger, blobs, handle: scene.handles[0], length, _folder: folder }
    }

    /// Returns a desk that has not read anything yet.
    #[must_use]
    pub fn desk(&self) -> Desk {
        scene::desk(Arc::clone(&self.ledger), Arc::clone(&self.blobs))
    }

    /// Reads the whole file through a desk.
    ///
    /// # Panics
    /// If the desk fails.
    pub async fn read(&self, desk: &Desk) {
        let document = desk.open_as_supplier(self.handle, &scene::supplier(), ATTACHMENT).await;
        let pieces = desk.read(&document.expect("it is stored"), None).await.expect("it is stored");
        let length = pieces.try_fold(0, |sum, piece| async move { Ok(sum + piece.len()) }).await;
        assert_eq!(length.expect("a whole file"), self.length);
    }
}
