use crate::error::Error;
use deadpool_postgres::StatementCache;
use std::future::Future;
use std::time::Duration;
use tokio_postgres::{Client, Row, Statement};

pub(crate) type Parameter<'a> = &'a (dyn tokio_postgres::types::ToSql + Sync);

/// The extra time for the server to report that it canceled a statement.
pub(crate) const GRACE: Duration = Duration::from_secs(2);

/// A session on which statements run, within or outside of a transaction, with a timeout for every
/// step.
#[derive(Clone, Copy)]
pub(crate) struct Session<'a> {
    client: &'a Client,
    statements: &'a StatementCache,
    timeout: Duration,
}

impl<'a> Session<'a> {
    pub(crate) const fn new(
        client: &'a Client,
        statements: &'a StatementCache,
        timeout: Duration,
    ) -> Self {
        Self { client, statements, timeout }
    }

    /// Returns the client, for sending several statements without waiting.
    pub(crate) const fn client(&self) -> &'a Client {
        self.client
    }

    /// Prepares a statement once per connection.
    pub(crate) async fn statement(&self, sql: &'static str) -> Result<Statement, Error> {
        #[cfg(test)]
        crate::plans::note(sql);
        self.within_timeout(async { Ok(self.statements.prepare(self.client, sql).await?) }).await
    }

    pub(crate) async fn query(
        &self,
        sql: &'static str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, Error> {
        let statement = self.statement(sql).await?;
        self.within_timeout(async { Ok(self.client.query(&statement, parameters).await?) }).await
    }

    /// Runs statements without parameters or results.
    pub(crate) async fn run(&self, sql: &str) -> Result<(), Error> {
        self.within_timeout(async { Ok(self.client.batch_execute(sql).await?) }).await
    }

    /// Limits a step to the timeout. The server's own statement timeout is slightly shorter.
    pub(crate) async fn within_timeout<T>(
        &self,
        step: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        within(self.timeout, step).await
    }
}

/// Limits a step to a timeout and the [`GRACE`].
pub(crate) async fn within<T>(
    timeout: Duration,
    step: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::time::timeout(timeout + GRACE, step).await.unwrap_or(Err(Error::NoAnswer))
}
