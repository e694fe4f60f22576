//! [`OpendalBlobStore`] keeps every promise of its trait on an S3 server in this process.

#[path = "support/fetch.rs"]
mod fetch;

#[path = "support/roots.rs"]
mod roots;
#[expect(dead_code, reason = "the other tests use the rest")]
#[path = "support/s3s.rs"]
mod s3s;
#[path = "support/shared.rs"]
mod shared;

use desktop_delivery::BlobStore;
use desktop_delivery_conformance::{Fixture, Suite};
use desktop_delivery_opendal::{Limits, OpendalBlobStore};
use desktop_delivery_opendal_testing::s3;
use futures_util::FutureExt as _;
use s3s::S3sServer;
use shared::Shared;
use std::sync::Arc;
use tokio::runtime::Runtime;

static SERVER: Shared<S3sServer> = Shared::new();

fn open(endpoint: &str, root: &str) -> Arc<dyn BlobStore> {
    let operator = s3::operator(endpoint, s3::SECRET_KEY, root);
    let operator = Limits::default().lay_over(operator);
    Arc::new(OpendalBlobStore::new(operator).expect("S3 can do what is needed"))
}

fn main() {
    let runtime = Arc::new(Runtime::new().expect("a runtime can be made"));
    let own = Arc::clone(&runtime);
    let fresh = move || {
        let server = own.block_on(SERVER.get(S3sServer::start()));
        let (endpoint, root) = (server.endpoint.clone(), roots::fresh());
        Fixture::new(open(&endpoint, &root))
            .with_reopen(move || open(&endpoint, &root))
            .with_fetch(|url| fetch::fetch(url).boxed())
            .with_guard(server)
    };
    Suite::blob_store(fresh, move |check| runtime.block_on(check))
        .skip("of_parallel_puts_one_wins", "this server looks first and then renames")
        .main("s3s-fs");
}
