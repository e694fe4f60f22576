//! [`FsBlobStore`] keeps every promise of its trait.

mod suite;

use desktop_delivery_fs::FsBlobStore;

fn main() {
    suite::main("fs", |folder| FsBlobStore::open(folder));
}
