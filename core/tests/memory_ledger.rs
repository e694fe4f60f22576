//! [`MemoryLedger`] passes the suite of its trait.

use desktop_delivery::memory::MemoryLedger;
use desktop_delivery_conformance::{Fixture, Suite};
use std::sync::Arc;

fn main() {
    let fresh = || Fixture::new(Arc::new(MemoryLedger::new()) as Arc<_>);
    Suite::ledger(fresh, futures_executor::block_on)
        .skip("a_committed_change_is_durable", "it is in memory")
        .skip("feed_positions_are_durable", "it is in memory")
        .main("memory");
}
