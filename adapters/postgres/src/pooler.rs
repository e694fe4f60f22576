use crate::PostgresOptions;
use crate::error::Error;
use crate::pool::{Connection, Connections, first_field};

/// The number of comparisons: under heavy traffic, a pooler may happen to reuse the same process.
const ROUNDS: u32 = 3;

/// Refuses a connection pooler that assigns any of its sessions to each transaction or statement,
/// as PgBouncer does unless `pool_mode` is `session`.
///
/// Such a pooler loses prepared statements and session settings, so that some calls would fail. The
/// server does not report a pooler, but it reports which of its processes serves a session: two
/// concurrent connections have two processes, and each keeps its own.
pub(crate) async fn refuse_shared_sessions(options: &PostgresOptions) -> Result<(), Error> {
    let connections = Connections::plain(options, 2)?;
    for _ in 0..ROUNDS {
        let (one, other) = (connections.take().await?, connections.take().await?);
        let first = process(&one).await?;
        if process(&one).await? != first {
            return Err(Error::Pooler);
        }
        // Inside a transaction, this connection keeps its process, regardless of the pooler.
        let prefix_term = run(&other, "BEGIN").await;
        if matches!(&prefix_term, Err(Error::Server { what, .. }) if what.contains("pooling mode"))
        {
            return Err(Error::Pooler);
        }
        prefix_term?;
        let is_shared = process(&other).await? == first || process(&one).await? != first;
        // Neither connection is used again, so no transaction stays open.
        other.discard();
        if is_shared {
            return Err(Error::Pooler);
        }
    }
    Ok(())
}

/// Returns the process that serves a connection right now, without preparing a statement.
async fn process(connection: &Connection) -> Result<String, Error> {
    run(connection, "SELECT pg_backend_pid()").await
}

/// Runs a statement and returns the first field of its last row, if there is one.
async fn run(connection: &Connection, sql: &str) -> Result<String, Error> {
    let answered =
        connection.within_timeout(async { Ok(connection.client().simple_query(sql).await?) });
    Ok(first_field(&answered.await?, 0))
}
