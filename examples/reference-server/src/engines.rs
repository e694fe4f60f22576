use crate::engine_settings::{DatabaseSettings, StorageSettings};
use crate::settings::Settings;
use crate::startup_error::StartupError;
use desktop_delivery::ledger::LedgerSnapshot;
use desktop_delivery::{BlobStore, Registry};
use desktop_delivery_archive::{BLOBS, DATABASE, Engines};
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_opendal::opendal::{Operator, install_default};
use desktop_delivery_opendal::{Limits, OpendalBlobStore};
use desktop_delivery_postgres::PostgresStore;
use desktop_delivery_sqlite::SqliteStore;
use std::sync::Arc;

/// Opens what the settings name; what they do not name is embedded, in the data folder.
pub(crate) async fn open(settings: &Settings) -> Result<Engines, StartupError> {
    let (ledger, registry, database): (Arc<dyn LedgerSnapshot>, Arc<dyn Registry>, _) =
        match &settings.database {
            Some(chosen) => {
                let store = postgres(chosen).await?;
                (Arc::new(store.ledger()), Arc::new(store.registry()), None)
            }
            None => {
                let store = SqliteStore::open(settings.data.join(DATABASE))?;
                (Arc::new(store.ledger()), Arc::new(store.registry()), Some(store))
            }
        };
    let (blobs, folder): (Arc<dyn BlobStore>, _) = match &settings.storage {
        Some(chosen) => (Arc::new(object_store(chosen).await?), None),
        None => {
            let folder = FsBlobStore::open(settings.data.join(BLOBS))?;
            (Arc::new(folder.clone()), Some(folder))
        }
    };
    Ok(Engines { ledger, registry, blobs, database, folder })
}

async fn postgres(settings: &DatabaseSettings) -> Result<PostgresStore, StartupError> {
    PostgresStore::open(&settings.options()?).await.map_err(|error| {
        let problem = StartupError::new("the database cannot be used", error);
        let remedy = if problem.to_string().contains("pool_mode") {
            "set pool_mode = session for this database in the pooler, or connect to PostgreSQL \
             itself: database.address"
        } else {
            "see that PostgreSQL runs there and lets this user in: database.address"
        };
        problem.with_remedy(remedy)
    })
}

/// Reached, and tried for what it really does, before anything is kept there.
async fn object_store(settings: &StorageSettings) -> Result<OpendalBlobStore, StartupError> {
    install_default();
    let options = settings.all_options()?;
    let options = options.iter().map(|(name, value)| (name.clone(), value.to_string()));
    // The error is not kept, since it could quote the options.
    let operator = Operator::via_iter(&settings.service, options).map_err(|_| {
        let is_left_out = match &*settings.service {
            "azblob" => !cfg!(feature = "azblob"),
            "gcs" => !cfg!(feature = "gcs"),
            _ => false,
        };
        if is_left_out {
            let service = &settings.service;
            return StartupError::settings(format!(
                "this program is built without the service {service}"
            ))
            .with_remedy(format!("build it with cargo build --features {service}"));
        }
        StartupError::settings("storage.service or its options cannot be taken")
            .with_remedy("see opendal's documentation of the service for the names of its options")
    })?;
    let store = OpendalBlobStore::new(Limits::default().lay_over(operator))?;
    store.check().await.map_err(|error| {
        StartupError::new("the object store cannot be used", error)
            .with_remedy("see that it runs there, and that it lets this user write: storage")
    })?;
    Ok(store)
}
