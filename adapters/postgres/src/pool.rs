use crate::PostgresOptions;
use crate::error::Error;
use crate::tls::{self, Encryption};
use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime,
};
use std::future::Future;
use std::sync::Arc;
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
        let settings: Arc<str> = settings(options.patience()).into();
        let prepare = Hook::async_fn(move |client, _| {
            let settings = Arc::clone(&settings);
            Box::pin(async move { prepare_session(client, &settings).await })
        });
        Self::with_hook(options, most, Some(prepare))
    }

    /// At most so many, whose sessions have the server's own settings.
    pub(crate) fn plain(options: &PostgresOptions, most: usize) -> Result<Self, Error> {
        Self::with_hook(options, most, None)
    }

    fn with_hook(
        options: &PostgresOptions,
        most: usize,
        hook: Option<Hook>,
    ) -> Result<Self, Error> {
        let patience = options.patience();
        let config = with_limits(options.config().clone(), patience);
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
            .create_timeout(Some(patience))
            .recycle_timeout(Some(patience))
            .wait_timeout(Some(patience));
        if let Some(hook) = hook {
            pool = pool.post_create(hook);
        }
        let pool = pool.build().map_err(|_| Error::Unexpected)?;
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

/// The settings of every session, whatever the server's defaults, as statements: a pooler may
/// refuse or drop settings that come with a connection (`options`).
fn settings(patience: Duration) -> String {
    let limit = patience.as_millis();
    // Statements are written for their indexes; the planner, which plans them once, for tables that
    // may have been empty then, is not to find something better.
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

fn with_limits(mut config: Config, patience: Duration) -> Config {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(patience);
    }
    config.keepalives_idle(Duration::from_secs(30)).tcp_user_timeout(patience + GRACE);
    config
}

/// Applies the settings, raises durability to the promised level, and makes sure that all texts can
/// be stored. A server's own `remote_apply` promises more, and is kept.
async fn prepare_session(
    client: &mut deadpool_postgres::ClientWrapper,
    settings: &str,
) -> Result<(), HookError> {
    let sql = format!(
        "{settings} SELECT current_setting('server_encoding'), CASE
             WHEN current_setting('synchronous_commit') = 'remote_apply' THEN ''
             ELSE set_config('synchronous_commit', 'on', false)
         END"
    );
    let answer = client.simple_query(&sql).await.map_err(HookError::Backend)?;
    match first_field(&answer, 0) {
        encoding if encoding == "UTF8" => Ok(()),
        other => Err(HookError::message(other)),
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

/// A field of the last row of an answer; empty where there is none.
pub(crate) fn first_field(answer: &[tokio_postgres::SimpleQueryMessage], number: usize) -> String {
    let row = answer.iter().rev().find_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    row.and_then(|row| row.get(number)).unwrap_or_default().to_owned()
}
