use desktop_delivery::Registry;
use desktop_delivery::ledger::LedgerSnapshot;
use desktop_delivery::memory::{MemoryLedger, MemoryRegistry};
use desktop_delivery_sqlite::SqliteStore;
use std::sync::Arc;
use tempfile::TempDir;

/// A ledger and its registry, with the folder that they are in.
type Opened = (Arc<dyn LedgerSnapshot>, Arc<dyn Registry>, Option<TempDir>);

/// The ledger and registry of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backend {
    /// In memory.
    Memory,
    /// In an SQLite database in a temporary folder. A run is slower.
    Sqlite,
}

impl Backend {
    /// Creates an empty ledger and registry.
    pub(crate) fn open(self) -> Opened {
        match self {
            Self::Memory => (Arc::new(MemoryLedger::new()), Arc::new(MemoryRegistry::new()), None),
            Self::Sqlite => {
                // In memory if possible: what a power failure would lose is tested elsewhere.
                let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
                let folder = folder.expect("a temporary folder can be made");
                let store = SqliteStore::open(folder.path().join("ledger.db"));
                let store = store.expect("a new database can be made");
                (Arc::new(store.ledger()), Arc::new(store.registry()), Some(folder))
            }
        }
    }
}
