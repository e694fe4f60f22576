//! The stores that the settings select.

#[cfg(feature = "cluster")]
mod cluster;
mod database;
#[cfg(any(test, not(feature = "cluster")))]
mod without_cluster;

use crate::settings::Settings;
use crate::startup_error::StartupError;
use database::Database;
use desktop_delivery::{BlobStore, Projections};
use desktop_delivery_archive::{BLOBS, DATABASE, Engines};
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_sqlite::SqliteStore;
use std::sync::Arc;
#[cfg(not(feature = "cluster"))]
use without_cluster as cluster;

/// Opens the stores selected by the settings; the default is the data folder. The projections are
/// in the same database as the ledger.
pub(crate) async fn open(
    settings: &Settings,
) -> Result<(Engines, Arc<dyn Projections>), StartupError> {
    let (stored, database): (Database, _) = match &settings.database {
        Some(chosen) => (cluster::database(chosen).await?, None),
        None => {
            let store = SqliteStore::open(settings.data.join(DATABASE))?;
            let (registry, projections) = (store.registry(), store.projections());
            let parts = (
                Arc::new(store.ledger()) as _,
                Arc::new(registry) as _,
                Arc::new(projections) as _,
            );
            (parts, Some(store))
        }
    };
    let (ledger, registry, projections) = stored;
    let (blobs, folder): (Arc<dyn BlobStore>, _) = match &settings.storage {
        Some(chosen) if !chosen.is_folder() => (cluster::storage(chosen).await?, None),
        chosen => {
            let path = settings.data.join(BLOBS);
            let mut folder = FsBlobStore::open(&path)?;
            let chosen = chosen.as_ref();
            if let Some(front) = chosen.map(|it| it.front_path(&path)).transpose()?.flatten() {
                folder = folder.with_front_server(&front).map_err(|error| {
                    StartupError::new("storage.internal_path is not valid", error)
                        .with_remedy("set it to an absolute path, percent-encoded")
                })?;
            }
            (Arc::new(folder.clone()), Some(folder))
        }
    };
    Ok((Engines { ledger, registry, blobs, database, folder }, projections))
}
