//! [`OpendalBlobStore`] passes the conformance suite on Azure Blob Storage, emulated by Azurite.

#[path = "support/objects.rs"]
mod objects;
#[path = "support/roots.rs"]
mod roots;
#[path = "support/shared.rs"]
mod shared;

use desktop_delivery::BlobStore;
use desktop_delivery_conformance::{Fixture, Suite};
use desktop_delivery_opendal::{Limits, OpendalBlobStore};
use desktop_delivery_opendal_testing::Azurite;
use objects::{Objects, PARTS_UNSEEN};
use shared::Shared;
use std::sync::Arc;
use tokio::runtime::Runtime;

static SERVER: Shared<Azurite> = Shared::new();

fn open(server: &Azurite, root: &str) -> Arc<dyn BlobStore> {
    let operator = Limits::default().lay_over(server.operator(root));
    Arc::new(OpendalBlobStore::new(operator).expect("Azure can do what is needed"))
}

fn main() {
    let runtime = Arc::new(Runtime::new().expect("a runtime can be made"));
    let own = Arc::clone(&runtime);
    let fresh = move || {
        let server = own.block_on(SERVER.get(Azurite::start()));
        let (again, root) = (Arc::clone(&server), roots::fresh());
        Fixture::new(open(&server, &root))
            .with_backend(Objects(server.operator(&root)))
            .with_reopen(move || open(&again, &root))
            .with_guard(server)
    };
    Suite::blob_store(fresh, move |check| runtime.block_on(check))
        .skip("a_broken_put_leaves_no_parts", PARTS_UNSEEN)
        .main("Azurite");
}
