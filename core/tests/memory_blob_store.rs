//! [`MemoryBlobStore`] keeps every promise of its trait.

use desktop_delivery::MemoryBlobStore;
use desktop_delivery_conformance::{Fixture, Suite};
use std::sync::Arc;

fn main() {
    let fresh = || Fixture::new(Arc::new(MemoryBlobStore::new()) as Arc<_>);
    Suite::blob_store(fresh, futures_executor::block_on).main("memory");
}
