use crate::PostgresOptions;
use crate::error::Error;
use crate::recent::Recent;
use crate::session::{GRACE, Parameter, Session, within};
use crate::session_settings::{self, DURABLE};
use crate::tls::{self, Encryption};
use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Transaction,
};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::{Config, NoTls, Row};

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
        Self::prepared(options, most, recent, RecyclingMethod::Fast)
    }

    /// Creates an empty pool for hooks of the host, whose sessions are reset after each use.
    pub(crate) fn for_hooks(
        options: &PostgresOptions,
        most: usize,
        recent: &Arc<Recent>,
    ) -> Result<Self, Error> {
        let clean = RecyclingMethod::Custom(session_settings::clean(options));
        Self::prepared(options, most, recent, clean)
    }

    fn prepared(
        options: &PostgresOptions,
        most: usize,
        recent: &Arc<Recent>,
        recycling: RecyclingMethod,
    ) -> Result<Self, Error> {
        let settings: Arc<str> = session_settings::setup(options).into();
        let recent = Arc::clone(recent);
        let prepare = Hook::async_fn(move |client, _| {
            let (settings, recent) = (Arc::clone(&settings), Arc::clone(&recent));
            Box::pin(async move {
                recent.meet(prepare_session(client, &settings).await?);
                Ok(())
            })
        });
        Self::with_hook(options, most, Some(prepare), recycling)
    }

    /// Creates an empty pool whose sessions keep the server's own settings.
    pub(crate) fn plain(options: &PostgresOptions, most: usize) -> Result<Self, Error> {
        Self::with_hook(options, most, None, RecyclingMethod::Fast)
    }

    fn with_hook(
        options: &PostgresOptions,
        most: usize,
        hook: Option<Hook>,
        recycling_method: RecyclingMethod,
    ) -> Result<Self, Error> {
        let timeout = options.timeout();
        let config = with_limits(options.config().clone(), timeout);
        let recycling = ManagerConfig { recycling_method };
        let manager = match (options.connector(), options.encryption()) {
            (Some(connector), _) => connector(config, recycling),
            (None, Encryption::Disable) => Manager::from_config(config, NoTls, recycling),
            (None, encryption) => {
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

fn with_limits(mut config: Config, timeout: Duration) -> Config {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(timeout);
    }
    config.keepalives_idle(Duration::from_secs(30)).tcp_user_timeout(timeout + GRACE);
    config
}

/// Applies the settings, and checks that the database can store all texts. Returns what identifies
/// the running server and the database.
async fn prepare_session(
    client: &mut deadpool_postgres::ClientWrapper,
    settings: &str,
) -> Result<String, HookError> {
    let sql = format!(
        "{settings} SELECT current_setting('server_encoding'), {DURABLE}, extract(epoch FROM pg_postmaster_start_time())::text || ' ' || oid
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

    /// Returns the session outside of a transaction that the driver manages.
    pub(crate) fn session(&self) -> Session<'_> {
        Session::new(&self.client, &self.client.statement_cache, self.timeout)
    }

    /// Begins a transaction that is rolled back unless it is committed.
    pub(crate) async fn begin(&mut self) -> Result<Transaction<'_>, Error> {
        let client = &mut self.client;
        within(self.timeout, async move { Ok(client.transaction().await?) }).await
    }

    pub(crate) const fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(crate) async fn query(
        &self,
        sql: &'static str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, Error> {
        self.session().query(sql, parameters).await
    }

    /// Limits a step to the timeout.
    pub(crate) async fn within_timeout<T>(
        &self,
        step: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        within(self.timeout, step).await
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
