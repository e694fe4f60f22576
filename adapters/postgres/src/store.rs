use crate::batcher::Batcher;
use crate::error::Error;
use crate::hook_runner::HookRunner;
use crate::pool::Connections;
use crate::recent::Recent;
use crate::shared::{HookLane, Shared};
use crate::{PostgresLedger, PostgresOptions, PostgresProjections, PostgresRegistry};
use crate::{commits, loads, plain, pooler, schema};
use desktop_delivery::StoreError;
use std::sync::Arc;

/// The number of concurrent batches per lane: a batch that waits for a lock delays only half of
/// them.
const AT_ONCE: usize = 2;

/// An open PostgreSQL database, which holds a [`PostgresLedger`], a [`PostgresRegistry`] and
/// [`PostgresProjections`].
///
/// Clones are cheap and share connections and tasks, which end when the last store and the last of
/// its parts are dropped. Any number of nodes may use one database at the same time; counts stay
/// exact.
#[derive(Clone, Debug)]
pub struct PostgresStore(Arc<Shared>);

impl PostgresStore {
    /// Connects, creates the schema if it is missing, and migrates it to this
    /// version.
    ///
    /// # Errors
    /// `Denied` if the server refuses the connection, its certificate is not trusted, the schema
    /// belongs to another program or is too new for this version, or a connection pooler does not
    /// keep sessions. `Unavailable` if the server cannot be reached or is read-only.
    ///
    /// # Panics
    /// If called outside of a Tokio runtime with time and I/O enabled.
    pub async fn open(options: &PostgresOptions) -> Result<Self, StoreError> {
        Self::connect(options).await.map_err(|error| error.at("open"))
    }

    async fn connect(options: &PostgresOptions) -> Result<Self, Error> {
        pooler::refuse_shared_sessions(options).await?;
        let recent = Arc::new(Recent::default());
        let reads = Arc::new(Connections::new(options, options.connections(), &recent)?);
        schema::migrate(reads.take().await?, options.schema()).await?;
        // A separate pool, so that heavy reading does not delay commits and their loads.
        let own = Arc::new(Connections::new(options, 2 * AT_ONCE + 1, &recent)?);
        let (of_loads, of_claims) = (Arc::clone(&own), Arc::clone(&own));
        let loads = Batcher::start(AT_ONCE, loads::MAX_BATCH, move |handles| {
            let connections = Arc::clone(&of_loads);
            async move { loads::load(&connections, handles).await }
        });
        let (seen_by_claims, seen_by_commits) = (Arc::clone(&recent), Arc::clone(&recent));
        let claims = Batcher::start(AT_ONCE, plain::MAX_BATCH, move |changes| {
            let (connections, recent) = (Arc::clone(&of_claims), Arc::clone(&seen_by_claims));
            async move {
                commits::of_this_server(&connections, &recent, changes, async |changes| {
                    plain::commit(&connections, changes).await
                })
                .await
            }
        });
        let commits = Batcher::start(1, commits::MAX_BATCH, move |changes| {
            let (connections, recent) = (Arc::clone(&own), Arc::clone(&seen_by_commits));
            async move {
                commits::of_this_server(&connections, &recent, changes, async |changes| {
                    commits::commit(&connections, changes).await
                })
                .await
            }
        });
        let hooked = hook_lane(options, &recent)?;
        Ok(Self(Arc::new(Shared {
            reads,
            loads,
            claims,
            commits,
            hooked,
            recent,
            numbering: Arc::default(),
        })))
    }

    /// Returns the ledger in this database.
    #[must_use]
    pub fn ledger(&self) -> PostgresLedger {
        PostgresLedger::new(Arc::clone(&self.0))
    }

    /// Returns the registry in this database.
    #[must_use]
    pub fn registry(&self) -> PostgresRegistry {
        PostgresRegistry::new(Arc::clone(&self.0))
    }

    /// Returns the projections in this database.
    #[must_use]
    pub fn projections(&self) -> PostgresProjections {
        PostgresProjections::new(Arc::clone(&self.0))
    }
}

/// Starts the lane for commits with a hook, each in a transaction of its own on connections of their
/// own.
fn hook_lane(options: &PostgresOptions, recent: &Arc<Recent>) -> Result<Option<HookLane>, Error> {
    let Some(hook) = options.hook() else { return Ok(None) };
    let connections = Arc::new(Connections::for_hooks(options, AT_ONCE, recent)?);
    let (runner, recent) = (HookRunner(hook.clone()), Arc::clone(recent));
    let lane = Batcher::start(AT_ONCE, 1, move |changes| {
        let (runner, recent) = (runner.clone(), Arc::clone(&recent));
        let connections = Arc::clone(&connections);
        async move {
            commits::of_this_server(&connections, &recent, changes, async |changes| {
                let mut outcomes = Vec::with_capacity(changes.len());
                for change in &changes {
                    outcomes.push(runner.commit(&connections, change).await);
                }
                outcomes
            })
            .await
        }
    });
    Ok(Some((hook.clone(), lane)))
}
