//! [`FsBlobStore`] keeps every promise of its trait.

use desktop_delivery::BlobStore;
use desktop_delivery_conformance::{Fixture, Suite};
use desktop_delivery_fs::FsBlobStore;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;

fn open(folder: &Path) -> Arc<dyn BlobStore> {
    Arc::new(FsBlobStore::open(folder).expect("the folder can be opened"))
}

fn main() {
    let runtime = Runtime::new().expect("a runtime can be made");
    let fresh = || {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().to_path_buf();
        Fixture::new(open(&path)).with_reopen(move || open(&path)).with_guard(folder)
    };
    Suite::blob_store(fresh, move |check| runtime.block_on(check)).main("fs");
}
