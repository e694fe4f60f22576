//! `OpendalBlobStore` passes the conformance suite on SeaweedFS, a real S3 server.

#[path = "support/fetch.rs"]
mod fetch;
#[path = "support/objects.rs"]
mod objects;
#[path = "support/roots.rs"]
mod roots;
#[path = "support/s3_suite.rs"]
mod s3_suite;
#[path = "support/shared.rs"]
mod shared;

use desktop_delivery_opendal_testing::Seaweed;
use futures_util::FutureExt as _;
use s3_suite::suite;
use shared::Shared;

static SERVER: Shared<Seaweed> = Shared::new();

fn main() {
    suite(&SERVER, || Seaweed::start().boxed(), |server| &server.endpoint).main("SeaweedFS");
}
