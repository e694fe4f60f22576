use crate::batcher::Batcher;
use crate::hook_options::HookOptions;
use crate::hook_runner::Hooked;
use crate::pool::Connections;
use crate::prepared::{Handle, Prepared};
use crate::recent::Recent;
use desktop_delivery::ledger::CommitOutcome;
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio_postgres::Row;

/// A hook of the host, and the lane of its commits.
pub(crate) type HookLane = (HookOptions, Batcher<(u64, Hooked), CommitOutcome>);

/// State shared by the ledger and the registry of one database.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) reads: Arc<Connections>,
    pub(crate) loads: Batcher<Handle, Option<Arc<Row>>>,
    /// A separate lane for claims, which must not wait for other commits. Each change comes with the
    /// [generation](desktop_delivery::storage::RecentDeliveries::generation) in which it was decided.
    pub(crate) claims: Batcher<(u64, Prepared), CommitOutcome>,
    pub(crate) commits: Batcher<(u64, Prepared), CommitOutcome>,
    /// The lane for commits with a hook of the host, if there is one.
    pub(crate) hooked: Option<HookLane>,
    pub(crate) recent: Arc<Recent>,
    /// Locked while due work numbers events, so that one task at a time waits for its turn.
    pub(crate) numbering: Arc<Mutex<()>>,
}
