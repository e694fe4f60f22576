//! Snapshots of the ledger pass the conformance suite.

#[path = "support/suite.rs"]
mod suite;

use desktop_delivery_conformance::Suite;
use std::sync::Arc;
use suite::{Setup, fresh, run};

fn main() {
    Suite::ledger_snapshot(|| fresh(Setup::default(), |store| Arc::new(store.ledger())), run)
        .main("PostgreSQL");
}
