use crate::PostgresOptions;
use crate::error::Error;
use crate::tls::{self, Encryption};
use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime,
};
use std::future::Future;
use std::time::Duration;
use tokio_postgres::{Config, NoTls, Row, Statement};

/// What a statement that was given up on the server may take to say so.
const GRACE: Duration = Duration::from_secs(2);

/// Connections that are made as they are needed, and made anew when they are lost.
#[derive(Debug)]
pub(crate) struct Connections {
    pool: Pool,
    patience: Duration,
}

impl Connections {
    /// At most so many; none is made yet.
    pub(crate) fn new(options: &PostgresOptions, most: usize) -> Result<Self, Error> {
        let patience = options.patience();
        let config = session(options.config().clone(), patience);
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match options.encryption() {
            Encryption::Disable => Manager::from_config(config, NoTls, recycling),
            encryption => {
                let roots = options.roots().map(AsRef::as_ref);
                Manager::from_config(config, tls::connector(encryption, roots)?, recycling)
            }
        };
        let pool = Pool::builder(manager)
            .max_size(most)
            .runtime(Runtime::Tokio1)
            .create_timeout(Some(patience))
            .recycle_timeout(Some(patience))
            .wait_timeout(Some(patience))
            .post_create(Hook::async_fn(|client, _| Box::pin(prepare_session(client))))
            .build()
            .map_err(|_| Error::Unexpected)?;
        Ok(Self { pool, patience })
    }

    /// Takes one, which goes back when it is dropped.
    pub(crate) async fn take(&self) -> Result<Connection, Error> {
        Ok(Connection { client: self.pool.get().await?, patience: self.patience })
    }

    /// Runs one statement, which is its own transaction.
    pub(crate) async fn run(
        &self,
        sql: &'static str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, Error> {
        let connection = self.take().await?;
        let rows = connection.query(sql, parameters).await;
        if matches!(rows, Err(Error::NoAnswer)) {
            // It is still busy with that.
            connection.discard();
        }
        rows
    }

    /// Reads rows with one statement. Where a connection turns out to be lost, as all are when the
    /// server was started anew, reads once more on another.
    pub(crate) async fn read(
        &self,
        sql: &'static str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, Error> {
        match self.run(sql, parameters).await {
            Err(Error::Lost | Error::Connection(_)) => self.run(sql, parameters).await,
            read => read,
        }
    }
}

pub(crate) type Parameter<'a> = &'a (dyn tokio_postgres::types::ToSql + Sync);

/// What every session of ours has, whatever the server's defaults.
fn session(mut config: Config, patience: Duration) -> Config {
    let own = config.get_options().unwrap_or_default();
    let limit = patience.as_millis();
    // Statements are written for their indexes; the planner, which plans them once, for tables that
    // may have been empty then, is not to find something better.
    let settings = format!(
        "{own} -c search_path=desktop_delivery -c statement_timeout={limit} -c lock_timeout={limit} \
         -c idle_in_transaction_session_timeout={limit} -c default_transaction_isolation=read\\ committed \
         -c plan_cache_mode=force_generic_plan -c jit=off -c enable_seqscan=off \
         -c enable_hashjoin=off -c enable_mergejoin=off -c enable_material=off \
         -c enable_incremental_sort=off -c client_min_messages=error"
    );
    config.options(settings.trim());
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(patience);
    }
    config.keepalives_idle(Duration::from_secs(30)).tcp_user_timeout(patience + GRACE);
    config
}

/// Raises durability to what is promised, and makes sure that all texts can be stored. A server's
/// own `remote_apply` promises more, and stays.
async fn prepare_session(client: &mut deadpool_postgres::ClientWrapper) -> Result<(), HookError> {
    let encoding = client
        .query_one(
            "SELECT current_setting('server_encoding'), CASE
                 WHEN current_setting('synchronous_commit') = 'remote_apply' THEN ''
                 ELSE set_config('synchronous_commit', 'on', false)
             END",
            &[],
        )
        .await
        .map_err(HookError::Backend)?;
    match encoding.get(0) {
        "UTF8" => Ok(()),
        other => Err(HookError::message(str::to_owned(other))),
    }
}

/// One connection, on which every step has its time.
#[derive(Debug)]
pub(crate) struct Connection {
    client: Object,
    patience: Duration,
}

impl Connection {
    /// The client, for statements that are sent at once.
    pub(crate) fn client(&self) -> &tokio_postgres::Client {
        &self.client
    }

    /// Prepares a statement, once for each connection.
    pub(crate) async fn statement(&self, sql: &'static str) -> Result<Statement, Error> {
        #[cfg(test)]
        crate::plans::note(sql);
        self.in_time(async { Ok(self.client.prepare_cached(sql).await?) }).await
    }

    pub(crate) async fn query(
        &self,
        sql: &'static str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, Error> {
        let statement = self.statement(sql).await?;
        self.in_time(async { Ok(self.client.query(&statement, parameters).await?) }).await
    }

    /// Gives a step of the conversation its time; the server gives up a little earlier.
    pub(crate) async fn in_time<T>(
        &self,
        step: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let timed = tokio::time::timeout(self.patience + GRACE, step).await;
        timed.unwrap_or(Err(Error::NoAnswer))
    }

    /// Closes it, where nobody knows what state it is in.
    pub(crate) fn discard(self) {
        drop(Object::take(self.client));
    }
}
