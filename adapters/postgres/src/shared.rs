use crate::batcher::Batcher;
use crate::pool::Connections;
use crate::prepared::{Handle, Prepared};
use desktop_delivery::ledger::CommitOutcome;
use std::sync::Arc;
use tokio_postgres::Row;

/// What the ledger and the registry of one database share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) reads: Arc<Connections>,
    pub(crate) loads: Batcher<Handle, Option<Arc<Row>>>,
    /// For claims, which wait for nothing else.
    pub(crate) claims: Batcher<Prepared, CommitOutcome>,
    pub(crate) commits: Batcher<Prepared, CommitOutcome>,
}
