//! [`FsBlobStore`] passes the conformance suite.

mod suite;

use desktop_delivery_fs::FsBlobStore;

fn main() {
    suite::main("fs", |folder| FsBlobStore::open(folder));
}
