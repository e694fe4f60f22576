use crate::batcher::Batcher;
use crate::error::Error;
use crate::pool::Connections;
use crate::shared::Shared;
use crate::{PostgresLedger, PostgresOptions, PostgresRegistry};
use crate::{commits, loads, plain, pooler, schema};
use desktop_delivery::StoreError;
use std::sync::Arc;

/// How many batches of one lane are under way at once: one that waits for a lock holds up half.
const AT_ONCE: usize = 2;

/// Opens a PostgreSQL database, in which a [`PostgresLedger`] and a [`PostgresRegistry`] live.
///
/// Copies are cheap and share connections and tasks; those end when the last of all copies, ledgers and
/// registries is dropped. Any number of nodes may use one database at the same time, each exact as if it
/// were alone.
#[derive(Clone, Debug)]
pub struct PostgresStore(Arc<Shared>);

impl PostgresStore {
    /// Connects, and brings the schema `desktop_delivery` to this version, made where there is none.
    ///
    /// # Errors
    /// `Denied` where the server refuses us, its certificate is not trusted, the schema belongs to
    /// another program or is of a newer version that this one cannot use, or a connection pooler does
    /// not keep sessions; `Unavailable` where the
    /// server cannot be reached or takes no writes.
    ///
    /// # Panics
    /// Outside of a runtime of Tokio with its time and I/O enabled.
    pub async fn open(options: &PostgresOptions) -> Result<Self, StoreError> {
        Self::connect(options).await.map_err(|error| error.at("open"))
    }

    async fn connect(options: &PostgresOptions) -> Result<Self, Error> {
        pooler::refuse_shared_sessions(options).await?;
        let reads = Arc::new(Connections::new(options, options.connections())?);
        schema::migrate(reads.take().await?).await?;
        // Those who read much must not keep others from committing, nor from loading what they commit.
        let own = Arc::new(Connections::new(options, 2 * AT_ONCE + 1)?);
        let (of_loads, of_claims) = (Arc::clone(&own), Arc::clone(&own));
        let loads = Batcher::start(AT_ONCE, loads::MAX_BATCH, move |handles| {
            let connections = Arc::clone(&of_loads);
            async move { loads::load(&connections, handles).await }
        });
        let claims = Batcher::start(AT_ONCE, plain::MAX_BATCH, move |changes| {
            let connections = Arc::clone(&of_claims);
            async move { plain::commit(&connections, changes).await }
        });
        let commits = Batcher::start(1, commits::MAX_BATCH, move |changes| {
            let connections = Arc::clone(&own);
            async move { commits::commit(&connections, changes).await }
        });
        Ok(Self(Arc::new(Shared { reads, loads, claims, commits })))
    }

    /// The ledger in this database.
    #[must_use]
    pub fn ledger(&self) -> PostgresLedger {
        PostgresLedger::new(Arc::clone(&self.0))
    }

    /// The registry in this database.
    #[must_use]
    pub fn registry(&self) -> PostgresRegistry {
        PostgresRegistry::new(Arc::clone(&self.0))
    }
}
