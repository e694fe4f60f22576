//! [`FsBlobStore`] keeps every promise of its trait.

use bytes::Bytes;
use desktop_delivery::BlobStore;
use desktop_delivery::ids::BlobKey;
use desktop_delivery_conformance::{Backend, Fixture, Suite};
use desktop_delivery_fs::FsBlobStore;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::Runtime;

fn open(folder: &Path) -> Arc<dyn BlobStore> {
    Arc::new(FsBlobStore::open(folder).expect("the folder can be opened"))
}

/// The folder of a store.
struct Files(PathBuf);

fn walk(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path.display().to_string());
        }
    }
}

impl Backend for Files {
    fn kept(&self) -> BoxFuture<'static, Vec<String>> {
        let mut found = Vec::new();
        walk(&self.0, &mut found);
        std::future::ready(found).boxed()
    }

    fn overwrite(&self, key: BlobKey, bytes: Bytes) -> BoxFuture<'static, ()> {
        let name = key.to_string();
        let path = self.0.join(&name[..3]).join(&name);
        fs::write(path, bytes).expect("its owner may write it");
        std::future::ready(()).boxed()
    }
}

fn main() {
    let runtime = Runtime::new().expect("a runtime can be made");
    let fresh = || {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().to_path_buf();
        Fixture::new(open(&path))
            .with_backend(Files(path.clone()))
            .with_reopen(move || open(&path))
            .with_guard(folder)
    };
    Suite::blob_store(fresh, move |check| runtime.block_on(check)).main("fs");
}
