//! The conformance suite, for each way to open the store.

use bytes::Bytes;
use desktop_delivery::ids::BlobKey;
use desktop_delivery::{BlobStore, StoreError};
use desktop_delivery_conformance::{Backend, Fixture, Suite};
use desktop_delivery_fs::FsBlobStore;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// A way to open the store.
type Open = fn(&Path) -> Result<FsBlobStore, StoreError>;

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

#[allow(dead_code, reason = "only some of the tests that include this file use it")]
pub(crate) fn main(name: &str, open: Open) {
    main_with(name, open, |fixture, _| fixture);
}

/// Runs the suite with a fixture that `complete` finishes, given the folder of the store.
pub(crate) fn main_with(
    name: &str,
    open: Open,
    complete: fn(Fixture<dyn BlobStore>, PathBuf) -> Fixture<dyn BlobStore>,
) {
    let open = move |folder: &Path| -> Arc<dyn BlobStore> {
        Arc::new(open(folder).expect("the folder can be opened"))
    };
    let runtime = Runtime::new().expect("a runtime can be made");
    let fresh = move || {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().to_path_buf();
        let fixture = Fixture::new(open(&path)).with_backend(Files(path.clone()));
        let fixture = complete(fixture, path.clone());
        fixture.with_reopen(move || open(&path)).with_guard(folder)
    };
    Suite::blob_store(fresh, move |check| runtime.block_on(check)).main(name);
}
