use desktop_delivery::Registry;
use desktop_delivery::ledger::LedgerSnapshot;
use std::sync::Arc;

/// The two parts of a database.
pub(super) type Database = (Arc<dyn LedgerSnapshot>, Arc<dyn Registry>);
