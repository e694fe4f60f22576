use desktop_delivery::ledger::LedgerSnapshot;
use desktop_delivery::{Projections, Registry};
use std::sync::Arc;

/// The parts of a database.
pub(super) type Database = (Arc<dyn LedgerSnapshot>, Arc<dyn Registry>, Arc<dyn Projections>);
