//! Ledgers of each kind, with the storage of their rows.

use crate::postgres::{self, Database};
use desktop_delivery::Ledger;
use desktop_delivery::memory::MemoryLedger;
use desktop_delivery_sqlite::SqliteStore;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// The kind of ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In memory.
    Memory,
    /// PostgreSQL, on a server started by the benchmarks.
    Postgres,
    /// SQLite, in a file.
    Sqlite,
}

impl Kind {
    /// Returns the name shown in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        }
    }
}

/// An empty ledger whose storage is deleted on drop.
pub struct TemporaryLedger {
    ledger: Arc<dyn Ledger>,
    place: Place,
}

/// The storage of the rows.
enum Place {
    Database(Database),
    File { path: PathBuf, _folder: TempDir },
    Nowhere,
}

impl TemporaryLedger {
    /// Creates a ledger.
    ///
    /// # Panics
    /// If no folder can be created, or PostgreSQL is not installed.
    pub async fn new(kind: Kind) -> Self {
        match kind {
            Kind::Memory => Self { ledger: Arc::new(MemoryLedger::new()), place: Place::Nowhere },
            Kind::Postgres => {
                let (ledger, database) = postgres::ledger().await;
                Self { ledger: Arc::new(ledger), place: Place::Database(database) }
            }
            Kind::Sqlite => {
                let folder = folder();
                let path = folder.path().join("delivery.db");
                let store = SqliteStore::open(&path).expect("a database");
                let place = Place::File { path, _folder: folder };
                Self { ledger: Arc::new(store.ledger()), place }
            }
        }
    }

    /// Returns the ledger.
    #[must_use]
    pub fn ledger(&self) -> Arc<dyn Ledger> {
        Arc::clone(&self.ledger)
    }

    /// Returns the size of the search index with its documents in kilobytes, or `None` in memory,
    /// which has none.
    ///
    /// # Panics
    /// If the engine fails.
    #[must_use]
    pub fn index_kilobytes(&self) -> Option<u32> {
        match &self.place {
            Place::Database(database) => Some(database.index_kilobytes()),
            Place::File { path, .. } => {
                let file = rusqlite::Connection::open(path).expect("the file is there");
                let sum = "SELECT ((SELECT sum(length(block)) FROM ddlv_search_index_data)
                    + (SELECT sum(octet_length(document)) FROM ddlv_searchable)) / 1000";
                Some(file.query_row(sum, [], |row| row.get(0)).expect("a sum"))
            }
            Place::Nowhere => None,
        }
    }

    /// Returns the number of bytes the server has written to its write-ahead log, or `None` for
    /// embedded ledgers.
    #[must_use]
    pub fn log_bytes(&self) -> Option<u64> {
        match &self.place {
            Place::Database(database) => Some(database.log_bytes()),
            Place::File { .. } | Place::Nowhere => None,
        }
    }

    /// Runs the maintenance that the engine would do on its own some time after filling, so that it
    /// does not affect the measurement.
    ///
    /// # Panics
    /// If the engine fails.
    pub fn settle(&self) {
        match &self.place {
            Place::Database(database) => database.settle(),
            Place::File { path, .. } => {
                let file = rusqlite::Connection::open(path).expect("the file is there");
                let copy = "PRAGMA wal_checkpoint(PASSIVE)";
                file.query_row(copy, [], |_| Ok(())).expect("the log is copied");
            }
            Place::Nowhere => {}
        }
    }
}

impl fmt::Debug for TemporaryLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TemporaryLedger").finish_non_exhaustive()
    }
}

/// Returns a folder on the disk used for builds, because the one for temporary files may be in
/// memory.
///
/// # Panics
/// If it cannot be created.
#[must_use]
pub fn folder() -> TempDir {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), Into::into);
    tempfile::tempdir_in(target).expect("a folder to work in")
}
