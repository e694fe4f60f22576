//! [`FsBlobStore`] behind a front server passes the conformance suite.

mod suite;

use bytes::Bytes;
use desktop_delivery_conformance::Fetched;
use desktop_delivery_fs::FsBlobStore;
use futures_util::FutureExt as _;
use std::path::Path;

const PATH: &str = "/internal/files";

fn main() {
    suite::main_with(
        "fs-front-server",
        |folder| Ok(FsBlobStore::open(folder)?.with_front_server(PATH).expect("a valid path")),
        |fixture, folder| {
            fixture
                .with_fetch(move |location| std::future::ready(fetch(&folder, &location)).boxed())
        },
    );
}

/// Resolves a location like nginx with an `alias`.
fn fetch(folder: &Path, location: &str) -> Fetched {
    let path = location.strip_prefix(PATH).and_then(|rest| rest.strip_prefix('/'));
    let path = folder.join(path.expect("the location is below the path"));
    let (status, body) = match std::fs::read(path) {
        Ok(body) => (200, Bytes::from(body)),
        Err(_) => (404, Bytes::new()),
    };
    Fetched { status, headers: Vec::new(), body }
}
