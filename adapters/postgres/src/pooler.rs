use crate::PostgresOptions;
use crate::error::Error;
use crate::pool::{Connection, Connections, first_field};

/// How often the sessions are compared: with much traffic a pooler may hide what it does.
const ROUNDS: u32 = 3;

/// Refuses a connection pooler that assigns any of its sessions to each transaction or statement,
/// as PgBouncer does unless `pool_mode` is `session`.
///
/// Prepared statements and session settings are lost there: some calls would work and others would
/// not. The server does not report a pooler, but it reports which of its processes serves a
/// session: two concurrent connections have two processes, and each keeps its own.
pub(crate) async fn refuse_shared_sessions(options: &PostgresOptions) -> Result<(), Error> {
    let connections = Connections::plain(options, 2)?;
    for _ in 0..ROUNDS {
        let (one, other) = (connections.take().await?, connections.take().await?);
        let first = process(&one).await?;
        if process(&one).await? != first {
            return Err(Error::Pooler);
        }
        // Keeps its process to itself, whatever the pooler does between transactions.
        let begun = run(&other, "BEGIN").await;
        if matches!(&begun, Err(Error::Server { what, .. }) if what.contains("pooling mode")) {
            return Err(Error::Pooler);
        }
        begun?;
        let is_shared = process(&other).await? == first || process(&one).await? != first;
        // Neither is used again, so nothing is left open.
        other.discard();
        if is_shared {
            return Err(Error::Pooler);
        }
    }
    Ok(())
}

/// The process that serves a connection right now. Nothing is prepared for it.
async fn process(connection: &Connection) -> Result<String, Error> {
    run(connection, "SELECT pg_backend_pid()").await
}

/// Runs a statement; returns the first field of its last row, if there is one.
async fn run(connection: &Connection, sql: &str) -> Result<String, Error> {
    let answered = connection.in_time(async { Ok(connection.client().simple_query(sql).await?) });
    Ok(first_field(&answered.await?, 0))
}
