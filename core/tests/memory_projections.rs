//! [`MemoryProjections`] pass the suite of their trait.

use desktop_delivery::memory::MemoryProjections;
use desktop_delivery_conformance::{Fixture, Suite};
use std::sync::Arc;

fn main() {
    let fresh = || Fixture::new(Arc::new(MemoryProjections::new()) as Arc<_>);
    Suite::projections(fresh, futures_executor::block_on)
        .skip("a_written_row_is_durable", "it is in memory")
        .main("memory");
}
