use crate::PostgresOptions;
use crate::error::Error;
use crate::recent::Recent;
use crate::tls::{self, Encryption};
use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime,
};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::{Config, NoTls, Row, Statement};

/// The extra time for the server to report that it canceled a statement.
const GRACE: Duration = Duration::from_secs(2);

/// A pool of connections, opened on demand and reopened after a loss.
#[derive(Debug)]
pub(crate) struct Connections {
    pool: Pool,
    timeout: Duration,
}

impl Connections {
    /// Creates an empty pool of at most `most` connections. If a new one reaches another server or
    /// database than the last, it clears `recent`.
    pub(crate) fn new(
        options: &PostgresOptions,
        most: usize,
        recent: &Arc<Recent>,
    ) -> Result<Self, Error> {
        let settings: Arc<str> = settings(options.timeout()).into();
        let recent = Arc::clone(recent);
        let prepare = Hook::async_fn(move |client, _| {
            let (settings, recent) = (Arc::clone(&settings), Arc::clone(&recent));
            Box::pin(async move {
                recent.meet(prepare_session(client, &settings).await?);
                Ok(())
            })
        });
        Self::with_hook(options, most, Some(prepare))
    }

    /// Creates an empty pool whose sessions keep the server's own settings.
    pub(crate) fn plain(options: &PostgresOptions, most: usize) -> Result<Self, Error> {
        Self::with_hook(options, most, None)
    }

    fn with_hook(
        options: &PostgresOptions,
        most: usize,
        hook: Option<Hook>,
    ) -> Result<Self, Error> {
        let timeout = options.timeout();
        let config = with_limits(options.config().clone(), timeout);
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match options.encryption() {
            Encryption::Disable => Manager::from_config(config, NoTls, recycling),
            encryption => {
                let roots = options.roots().map(AsRef::as_ref);
                Manager::from_config(config, tls::connector(encryption, roots)?, recycling)
            }
        };
        let mut pool = Pool::builder(manager)
            .max_size(most)
            .runtime(Runtime::Tokio1)
            .create_timeout(Some(timeout))
            .recycle_timeout(Some(timeout))
            .wait_timeout(Some(timeout));
        if let Some(hook) = hook {
            pool = pool.post_create(hook);
        }
        let pool = pool.build().map_err(|_| Error::Unexpected)?;
        Ok(Self { pool, timeout })
    }

    /// Takes a connection, which returns to the pool when it is dropped.
    pub(crate) async fn take(&self) -> Result<Connection, Error> {
        Ok(Connection { client: self.pool.get().await?, timeout: self.timeout })
    }

    /// Runs one statement as its own transaction.
    pub(crate) async fn run(
        &self,
        sql: &'static str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, Error> {
        let connection = self.take().await?;
        let rows = connection.query(sql, parameters).await;
        if matches!(rows, Err(Error::NoAnswer)) {
            // The statement may still be running.
            connection.discard();
        }
        rows
    }

    /// Reads rows with one statement. If the connection was lost, as all connections are when the
    /// server restarts, retries once on another connection.
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

/// Returns the statements that set up a session, regardless of the defaults of the server. They are
/// not sent as connection options because a pooler may refuse or drop those.
fn settings(timeout: Duration) -> String {
    let limit = timeout.as_millis();
    // The statements are written for their indexes. They are planned once, perhaps while the tables
    // are empty, so the planner must not choose anything else.
    format!(
        "SET client_min_messages = error; SET search_path = desktop_delivery; \
         SET statement_timeout = {limit}; SET lock_timeout = {limit}; \
         SET idle_in_transaction_session_timeout = {limit}; \
         SET default_transaction_isolation = 'read committed'; \
         SET plan_cache_mode = force_generic_plan; SET jit = off; SET enable_seqscan = off; \
         SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off; \
         SET enable_incremental_sort = off;"
    )
}

fn with_limits(mut config: Config, timeout: Duration) -> Config {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(timeout);
    }
    config.keepalives_idle(Duration::from_secs(30)).tcp_user_timeout(timeout + GRACE);
    config
}

/// Applies the settings, raises `synchronous_commit` to the promised level, and checks that the
/// database can store all texts. A stricter `remote_apply` of the server is kept. Returns what
/// identifies the running server and the database.
async fn prepare_session(
    client: &mut deadpool_postgres::ClientWrapper,
    settings: &str,
) -> Result<String, HookError> {
    let sql = format!(
        "{settings} SELECT current_setting('server_encoding'), CASE
             WHEN current_setting('synchronous_commit') = 'remote_apply' THEN ''
             ELSE set_config('synchronous_commit', 'on', false)
         END, extract(epoch FROM pg_postmaster_start_time())::text || ' ' || oid
         FROM pg_catalog.pg_database WHERE datname = current_database()"
    );
    let answer = client.simple_query(&sql).await.map_err(HookError::Backend)?;
    match first_field(&answer, 0) {
        encoding if encoding == "UTF8" => Ok(first_field(&answer, 2)),
        other => Err(HookError::message(other)),
    }
}

/// A connection with a timeout for every step.
#[derive(Debug)]
pub(crate) struct Connection {
    client: Object,
    timeout: Duration,
}

impl Connection {
    /// Returns the client, for sending several statements without waiting.
    pub(crate) fn client(&self) -> &tokio_postgres::Client {
        &self.client
    }

    /// Prepares a statement once per connection.
    pub(crate) async fn statement(&self, sql: &'static str) -> Result<Statement, Error> {
        #[cfg(test)]
        crate::plans::note(sql);
        self.within_timeout(async { Ok(self.client.prepare_cached(sql).await?) }).await
    }

    pub(crate) async fn query(
        &self,
        sql: &'static str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, Error> {
        let statement = self.statement(sql).await?;
        self.within_timeout(async { Ok(self.client.query(&statement, parameters).await?) }).await
    }

    /// Limits a step to the timeout. The server's own statement timeout is slightly shorter.
    pub(crate) async fn within_timeout<T>(
        &self,
        step: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let timed = tokio::time::timeout(self.timeout + GRACE, step).await;
        timed.unwrap_or(Err(Error::NoAnswer))
    }

    /// Closes a connection in an unknown state.
    pub(crate) fn discard(self) {
        drop(Object::take(self.client));
    }
}

/// A field of the last row of an answer; empty where there is none.
pub(crate) fn first_field(answer: &[tokio_postgres::SimpleQueryMessage], number: usize) -> String {
    let row = answer.iter().rev().find_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    row.and_then(|row| row.get(number)).unwrap_or_default().to_owned()
}
