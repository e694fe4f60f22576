//! Ledgers of each kind, each with the place that it keeps its rows in.

use crate::postgres::{self, Database};
use desktop_delivery::Ledger;
use desktop_delivery::memory::MemoryLedger;
use desktop_delivery_sqlite::SqliteStore;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// Which ledger counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The core's, in memory.
    Memory,
    /// The one that nodes share, on a server of the benches' own.
    Postgres,
    /// The embedded one, in a file.
    Sqlite,
}

impl Kind {
    /// Its name in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        }
    }
}

/// An empty ledger, whose place goes when this is dropped.
pub struct Opened {
    ledger: Arc<dyn Ledger>,
    place: Place,
}

/// Where the rows are.
enum Place {
    Database(Database),
    File { path: PathBuf, _folder: TempDir },
    Nowhere,
}

impl Opened {
    /// Makes one.
    ///
    /// # Panics
    /// Where there is no folder to work in, or PostgreSQL is not installed.
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

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> Arc<dyn Ledger> {
        Arc::clone(&self.ledger)
    }

    /// The size of the search index with its documents, kilobytes; `None` in memory, which has none.
    ///
    /// # Panics
    /// Where the engine fails.
    #[must_use]
    pub fn index_kilobytes(&self) -> Option<u32> {
        match &self.place {
            Place::Database(database) => Some(database.index_kilobytes()),
            Place::File { path, .. } => {
                let file = rusqlite::Connection::open(path).expect("the file is there");
                let sum = "SELECT ((SELECT sum(length(block)) FROM search_index_data)
                    + (SELECT sum(octet_length(document)) FROM searchable)) / 1000";
                Some(file.query_row(sum, [], |row| row.get(0)).expect("a sum"))
            }
            Place::Nowhere => None,
        }
    }

    /// The bytes that the server has written to its write-ahead log; `None` for embedded ledgers.
    #[must_use]
    pub fn log_bytes(&self) -> Option<u64> {
        match &self.place {
            Place::Database(database) => Some(database.log_bytes()),
            Place::File { .. } | Place::Nowhere => None,
        }
    }

    /// Does now what the engine does by itself some time after much was stored, so that it does not fall
    /// into what is measured.
    ///
    /// # Panics
    /// Where the engine fails.
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

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").finish_non_exhaustive()
    }
}

/// A folder on the disk that builds use: the one for temporary files may be in memory.
///
/// # Panics
/// Where there is none to be had.
#[must_use]
pub fn folder() -> TempDir {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), Into::into);
    tempfile::tempdir_in(target).expect("a folder to work in")
}
