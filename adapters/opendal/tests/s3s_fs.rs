//! `OpendalBlobStore` passes the conformance suite on an S3 server in this process.

#[path = "support/fetch.rs"]
mod fetch;
#[path = "support/objects.rs"]
mod objects;
#[path = "support/roots.rs"]
mod roots;
#[path = "support/s3_suite.rs"]
mod s3_suite;
#[expect(dead_code, reason = "the other tests use the rest")]
#[path = "support/s3s.rs"]
mod s3s;
#[path = "support/shared.rs"]
mod shared;

use futures_util::FutureExt as _;
use s3_suite::suite;
use s3s::S3sServer;
use shared::Shared;

static SERVER: Shared<S3sServer> = Shared::new();

fn main() {
    suite(&SERVER, || S3sServer::start().boxed(), |server| &server.endpoint)
        .skip("one_of_parallel_puts_wins", "this server checks first and then renames")
        .main("s3s-fs");
}
