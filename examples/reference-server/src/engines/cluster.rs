//! The stores shared by several servers: PostgreSQL and an object store.

use super::database::Database;
use crate::settings::{DatabaseSettings, StorageSettings, secret_in};
use crate::startup_error::StartupError;
use desktop_delivery::BlobStore;
use desktop_delivery_opendal::opendal::{Operator, install_default};
use desktop_delivery_opendal::{Limits, OpendalBlobStore};
use desktop_delivery_postgres::{PostgresOptions, PostgresStore};
use std::sync::Arc;

/// Connects to the database.
pub(super) async fn database(settings: &DatabaseSettings) -> Result<Database, StartupError> {
    let store = PostgresStore::open(&options(settings)?).await.map_err(|error| {
        let problem = StartupError::new("could not open the database", error);
        let remedy = if problem.to_string().contains("pool_mode") {
            "set pool_mode = session for this database in the pooler, or connect to PostgreSQL \
             itself: database.address"
        } else {
            "check that PostgreSQL is running at database.address and admits this user"
        };
        problem.with_remedy(remedy)
    })?;
    Ok((Arc::new(store.ledger()), Arc::new(store.registry()), Arc::new(store.projections())))
}

fn options(settings: &DatabaseSettings) -> Result<PostgresOptions, StartupError> {
    let mut options = PostgresOptions::parse(&settings.address).map_err(|error| {
        StartupError::new("database.address is not valid", error)
            .with_remedy("write it as postgres://user@host:5432/database")
    })?;
    if let Some(path) = &settings.password_file {
        let password = secret_in(path, "database.password_file")?;
        options = options.with_password(password.as_bytes());
    }
    if let Some(connections) = settings.connections {
        options = options.with_connections(connections.get());
    }
    Ok(options)
}

/// Connects to the object store and checks its behavior before anything is stored there.
pub(super) async fn storage(
    settings: &StorageSettings,
) -> Result<Arc<dyn BlobStore>, StartupError> {
    install_default();
    let options = settings.all_options()?;
    let options = options.iter().map(|(name, value)| (name.clone(), value.to_string()));
    // The error is dropped because it could quote the options.
    let operator = Operator::via_iter(&settings.service, options).map_err(|_| {
        let is_left_out = match &*settings.service {
            "azblob" => !cfg!(feature = "azblob"),
            "gcs" => !cfg!(feature = "gcs"),
            _ => false,
        };
        if is_left_out {
            let service = &settings.service;
            return StartupError::settings(format!(
                "this program was built without the service {service}"
            ))
            .with_remedy(format!(
                "build it with cargo build --release -p desktop-delivery-server --features full,{service}"
            ));
        }
        StartupError::settings("storage.service or its options are not valid")
            .with_remedy("the names of the options are in opendal's documentation of the service")
    })?;
    let store = OpendalBlobStore::new(Limits::default().lay_over(operator))?;
    store.check().await.map_err(|error| {
        StartupError::new("could not use the object store", error).with_remedy(
            "check that it is running at the address in storage, and that this user may write",
        )
    })?;
    Ok(Arc::new(store))
}
