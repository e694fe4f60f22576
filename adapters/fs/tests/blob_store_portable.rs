//! [`FsBlobStore`] passes the conformance suite with the standard library only.

mod suite;

use desktop_delivery_fs::FsBlobStore;

fn main() {
    suite::main("fs-portable", |folder| FsBlobStore::open_portably(folder));
}
