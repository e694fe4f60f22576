//! The stores that the settings select.

#[cfg(feature = "cluster")]
mod cluster;
mod database;
#[cfg(any(test, not(feature = "cluster")))]
mod without_cluster;

use crate::settings::Settings;
use crate::startup_error::StartupError;
use desktop_delivery::ledger::LedgerSnapshot;
use desktop_delivery::{BlobStore, Registry};
use desktop_delivery_archive::{BLOBS, DATABASE, Engines};
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_sqlite::SqliteStore;
use std::sync::Arc;
#[cfg(not(feature = "cluster"))]
use without_cluster as cluster;

/// Opens the stores selected by the settings; the default is the data folder.
pub(crate) async fn open(settings: &Settings) -> Result<Engines, StartupError> {
    let (ledger, registry, database): (Arc<dyn LedgerSnapshot>, Arc<dyn Registry>, _) =
        match &settings.database {
            Some(chosen) => {
                let (ledger, registry) = cluster::database(chosen).await?;
                (ledger, registry, None)
            }
            None => {
                let store = SqliteStore::open(settings.data.join(DATABASE))?;
                (Arc::new(store.ledger()), Arc::new(store.registry()), Some(store))
            }
        };
    let (blobs, folder): (Arc<dyn BlobStore>, _) = match &settings.storage {
        Some(chosen) => (cluster::storage(chosen).await?, None),
        None => {
            let folder = FsBlobStore::open(settings.data.join(BLOBS))?;
            (Arc::new(folder.clone()), Some(folder))
        }
    };
    Ok(Engines { ledger, registry, blobs, database, folder })
}
