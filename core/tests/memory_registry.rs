//! [`MemoryRegistry`] passes the suite of its trait.

use desktop_delivery::memory::MemoryRegistry;
use desktop_delivery_conformance::{Fixture, Suite};
use std::sync::Arc;

fn main() {
    let fresh = || Fixture::new(Arc::new(MemoryRegistry::new()) as Arc<_>);
    Suite::registry(fresh, futures_executor::block_on)
        .skip("a_written_entry_is_durable", "it is in memory")
        .main("memory");
}
