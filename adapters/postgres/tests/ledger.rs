//! The ledger passes the conformance suite.

#[path = "support/suite.rs"]
mod suite;

use desktop_delivery_conformance::Suite;
use std::sync::Arc;
use suite::{fresh, run};

fn main() {
    Suite::ledger(|| fresh(|store| Arc::new(store.ledger())), run).main("PostgreSQL");
}
