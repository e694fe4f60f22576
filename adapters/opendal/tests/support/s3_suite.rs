use crate::fetch::fetch;
use crate::objects::{Objects, PARTS_UNSEEN};
use crate::roots;
use crate::shared::Shared;
use desktop_delivery::BlobStore;
use desktop_delivery_conformance::{Fixture, Suite};
use desktop_delivery_opendal::{Limits, OpendalBlobStore};
use desktop_delivery_opendal_testing::s3;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use tokio::runtime::Runtime;

fn open(endpoint: &str, root: &str) -> Arc<dyn BlobStore> {
    let operator = s3::operator(endpoint, s3::SECRET_KEY, root);
    let operator = Limits::default().lay_over(operator);
    Arc::new(OpendalBlobStore::new(operator).expect("S3 can do what is needed"))
}

/// Returns the suite for S3 servers started by `start`.
pub(crate) fn suite<S: Send + Sync + 'static>(
    servers: &'static Shared<S>,
    start: fn() -> BoxFuture<'static, S>,
    endpoint: fn(&S) -> &str,
) -> Suite {
    let runtime = Arc::new(Runtime::new().expect("a runtime can be made"));
    let own = Arc::clone(&runtime);
    let fresh = move || {
        let server = own.block_on(servers.get(start()));
        let (endpoint, root) = (endpoint(&server).to_owned(), roots::fresh());
        Fixture::new(open(&endpoint, &root))
            .with_backend(Objects(s3::operator(&endpoint, s3::SECRET_KEY, &root)))
            .with_reopen(move || open(&endpoint, &root))
            .with_fetch(|url| fetch(url).boxed())
            .with_guard(server)
    };
    Suite::blob_store(fresh, move |check| runtime.block_on(check))
        .skip("a_broken_put_leaves_no_parts", PARTS_UNSEEN)
}
