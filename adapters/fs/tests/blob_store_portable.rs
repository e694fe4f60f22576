//! [`FsBlobStore`] keeps every promise of its trait with the calls of the standard library alone, too.

mod suite;

use desktop_delivery_fs::FsBlobStore;

fn main() {
    suite::main("fs-portable", |folder| FsBlobStore::open_portably(folder));
}
