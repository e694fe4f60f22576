//! [`MemoryLedger`] passes the suite for snapshots.

use desktop_delivery::memory::MemoryLedger;
use desktop_delivery_conformance::{Fixture, Suite};
use std::sync::Arc;

fn main() {
    let fresh = || Fixture::new(Arc::new(MemoryLedger::new()) as Arc<_>);
    Suite::ledger_snapshot(fresh, futures_executor::block_on)
        .skip("stored_snapshots_are_durable", "it is in memory")
        .main("memory");
}
