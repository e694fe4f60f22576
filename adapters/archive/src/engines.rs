use crate::error::{ArchiveError, ArchiveErrorKind};
use desktop_delivery::ledger::LedgerSnapshot;
use desktop_delivery::{BlobStore, Clock, Registry};
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_identity::signing_keys::SigningKeys;
use desktop_delivery_sqlite::SqliteStore;
use std::path::Path;
use std::sync::Arc;

/// The name of the database in a data folder, a backup and an export.
pub const DATABASE: &str = "delivery.db";
/// The name of the folder of files in a data folder, a backup and an export.
pub const BLOBS: &str = "blobs";

/// The stores of an installation.
#[derive(Clone, Debug)]
pub struct Engines {
    /// The ledger.
    pub ledger: Arc<dyn LedgerSnapshot>,
    /// The registry.
    pub registry: Arc<dyn Registry>,
    /// The files.
    pub blobs: Arc<dyn BlobStore>,
    /// The database of `ledger` and `registry`, if it is a local file.
    pub database: Option<SqliteStore>,
    /// The folder of `blobs`, if it is local.
    pub folder: Option<FsBlobStore>,
}

/// The parts of an installation that is copied or verified. A server may use them at the same time.
#[derive(Clone, Copy, Debug)]
pub struct Installation<'a> {
    /// The stores.
    pub engines: &'a Engines,
    /// The signing keys.
    pub signing_keys: &'a SigningKeys,
    /// The clock of the server.
    pub clock: &'a dyn Clock,
}

impl Engines {
    /// Returns whether other servers may use the same database.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        self.database.is_none()
    }

    /// Returns the database and the folder if both are local.
    pub(crate) fn embedded(&self) -> Result<(&SqliteStore, &FsBlobStore), ArchiveError> {
        self.database.as_ref().zip(self.folder.as_ref()).ok_or_else(|| {
            let what = "this installation stores data outside its data folder";
            ArchiveError::plain(ArchiveErrorKind::NotEmbedded, what).with_remedy(
                "back up the database and the object store with their own tools, or export \
                 everything into a folder",
            )
        })
    }

    /// Opens a database file and a folder of files.
    pub(crate) fn beside(database: &Path, folder: FsBlobStore) -> Result<Self, ArchiveError> {
        let store = SqliteStore::open(database)?;
        Ok(Self {
            ledger: Arc::new(store.ledger()),
            registry: Arc::new(store.registry()),
            blobs: Arc::new(folder.clone()),
            database: Some(store),
            folder: Some(folder),
        })
    }
}
