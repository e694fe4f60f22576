//! The feed of all events, numbered after they are committed.
//!
//! A commit cannot number its events: numbers taken before the commit become visible in another
//! order. Each read of the feed first numbers the new events, in a short transaction under an
//! advisory lock: all events that the current snapshot contains and the snapshot of the last
//! numbering did not. A snapshot consists of `xmax`, the first transaction id that had not been
//! assigned, and `xip`, the list of earlier transactions that were still open. An index on the
//! transaction id therefore finds the new events, and a transaction of any program that stays open
//! for long is only one entry in `xip`.
//!
//! A snapshot that contains a commit contains those before it, so the events of a request are
//! numbered in order. No row is updated or deleted, so reads do not become slower while another
//! transaction holds an old snapshot.

use crate::error::Error;
use crate::pool::{Connection, Connections};
use crate::rows;
use desktop_delivery::events::{FeedPosition, FeedStart};
use desktop_delivery::ids::CommitId;
use desktop_delivery::ledger::{FeedOutcome, FeedRow, FeedRows};
use desktop_delivery::{AgencyId, RequestReference};
use std::time::Duration;
use tokio_postgres::Row;

/// The advisory lock of transactions that number or replace events: "DDfd".
const LOCK: i64 = 0x4444_6664;

/// The maximum duration of numbering: 10 minutes. A million events take a few seconds; there are so
/// many only after an import, or if the feed was not read and no worker was running.
const LIMIT: Duration = Duration::from_secs(600);

/// Identifies the database, because transaction ids are comparable only within it.
macro_rules! cluster {
    () => {
        "(SELECT system_identifier || '/' || oid
            FROM pg_control_system(), pg_catalog.pg_database WHERE datname = current_database())"
    };
}

/// Returns whether transaction ids can be compared, whether nothing is numbered yet, and whether
/// any event is not.
const PROBE: &str = concat!(
    "SELECT cluster = ",
    cluster!(),
    ", seen IS NULL, CASE
        WHEN seen IS NULL THEN EXISTS (SELECT FROM events WHERE handle >= ''::bytea)
        ELSE EXISTS (SELECT FROM events WHERE tx >= pg_snapshot_xmax(seen)) OR EXISTS (
            SELECT FROM events WHERE tx = ANY (ARRAY(SELECT pg_snapshot_xip(seen)))
        )
    END
    FROM feed_generation LEFT JOIN LATERAL (
        SELECT seen FROM feed WHERE first > 0 ORDER BY first DESC LIMIT 1
    ) AS newest ON true
    WHERE one"
);

/// Appends the events of `unnumbered` to the feed. Requests keep the order of their events; beyond
/// that, the events are in the order of their times.
macro_rules! number {
    ($newest:expr, $unnumbered:literal) => {
        concat!(
            "INSERT INTO feed (first, handles, revisions, places, seen)
            WITH newest AS MATERIALIZED (",
            $newest,
            "), unnumbered AS (",
            $unnumbered,
            "), reached AS (
                SELECT handle, revision, place,
                    max(at) OVER (PARTITION BY handle ORDER BY revision, place) AS time
                FROM unnumbered
            ), ordered AS (
                SELECT handle, revision, place,
                    row_number() OVER (ORDER BY time, handle, revision, place) - 1 AS n
                FROM reached
            )
            SELECT (SELECT next FROM newest) + min(n), array_agg(handle ORDER BY n),
                array_agg(revision ORDER BY n), array_agg(place ORDER BY n),
                CASE WHEN row_number() OVER (ORDER BY n / 64 DESC) = 1
                    THEN pg_current_snapshot() END
            FROM ordered GROUP BY n / 64"
        )
    };
}

const NUMBER: &str = number!(
    concat!(
        "SELECT first + cardinality(places) AS next, pg_snapshot_xmax(seen) AS xmax,
            ARRAY(SELECT pg_snapshot_xip(seen)) AS xip
        FROM feed WHERE first > 0 AND (SELECT cluster FROM feed_generation WHERE one) = ",
        cluster!(),
        " ORDER BY first DESC LIMIT 1"
    ),
    "SELECT handle, revision, place, at FROM events WHERE tx >= (SELECT xmax FROM newest)
    UNION ALL
    SELECT handle, revision, place, at FROM events WHERE tx = ANY ((SELECT xip FROM newest)::xid8[])"
);

/// Numbers all events, if none are numbered yet.
const NUMBER_ALL: &str = number!(
    concat!(
        "SELECT 1 AS next FROM feed_generation
        WHERE one AND NOT EXISTS (SELECT FROM feed) AND cluster = ",
        cluster!()
    ),
    "SELECT handle, revision, place, at FROM events WHERE EXISTS (SELECT FROM newest)"
);

/// Reads the events with the numbers from `$1` to `$1 + $2`; from the newest one if `$1` is null.
/// The first column is the generation, the second where the page begins. Numbers are gapless.
const PAGE: &str = "WITH bounds AS MATERIALIZED (
        SELECT generation, coalesce($1::bigint, (
            SELECT first + cardinality(places) - 1 FROM feed WHERE first > 0
            ORDER BY first DESC LIMIT 1
        ), 0) AS start
        FROM feed_generation WHERE one
    ), page AS (
        SELECT first + n - 1 AS number, u.handle, u.revision, u.place
        FROM bounds JOIN feed ON first > start - 64 AND first <= start + $2
        CROSS JOIN LATERAL unnest(handles, revisions, places) WITH ORDINALITY
            AS u(handle, revision, place, n)
        WHERE first + n - 1 >= start AND first + n - 1 <= start + $2
    )
    SELECT generation, start, number, page.handle, page.revision, page.place, event.at, event.actor,
        event.detail, commit.commit_id, reference, requester, supplier
    FROM bounds LEFT JOIN page ON true
    LEFT JOIN events AS event ON event.handle = page.handle AND event.revision = page.revision
        AND event.place = page.place
    LEFT JOIN events AS commit ON commit.handle = page.handle AND commit.revision = page.revision
        AND commit.place = 0
    LEFT JOIN requests ON requests.handle = page.handle";

/// Reads a page of the feed.
pub(crate) async fn page(
    connections: &Connections,
    start: FeedStart,
    limit: usize,
) -> Result<FeedOutcome, Error> {
    number(connections).await?;
    let begin = match start {
        FeedStart::Beginning => Some(0),
        FeedStart::Latest => None,
        FeedStart::After(position) => match i64::try_from(position.number) {
            Ok(number) => Some(number),
            Err(_) => return Ok(FeedOutcome::Reset),
        },
    };
    // From the event at the start, which must be the expected one, to one event beyond the limit,
    // to find out whether more follow.
    let span = rows::limit(limit).min(i64::from(i32::MAX)) + 1;
    let found = connections.read(PAGE, &[&begin, &span]).await?;
    let first = found.first().ok_or(Error::Row("feed generation"))?;
    let generation = rows::field::<i64>(first, 0)?.cast_unsigned();
    let begin = rows::count(first, 1)?;
    let mut numbered = Vec::with_capacity(found.len());
    for row in &found {
        if let Some(number) = rows::field::<Option<i64>>(row, 2)? {
            numbered.push((number.cast_unsigned(), row));
        }
    }
    numbered.sort_unstable_by_key(|(number, _)| *number);
    let mut numbered = numbered.into_iter().peekable();
    let mut end = FeedPosition::beginning(generation);
    if let Some((number, row)) = numbered.next_if(|(number, _)| *number == begin) {
        end = position(generation, number, row)?;
    } else if begin > 0 {
        return Ok(FeedOutcome::Reset);
    }
    if matches!(start, FeedStart::After(position) if position != end) {
        return Ok(FeedOutcome::Reset);
    }
    let mut rows = Vec::new();
    for (number, row) in numbered.by_ref().take(limit) {
        end = position(generation, number, row)?;
        rows.push(feed_row(end, row)?);
    }
    Ok(FeedOutcome::Page(FeedRows { rows, end, more: numbered.next().is_some() }))
}

fn position(generation: u64, number: u64, row: &Row) -> Result<FeedPosition, Error> {
    // Absent if the event is.
    let commit_id: Option<&[u8]> = rows::field(row, 9)?;
    let commit_id = commit_id.and_then(|id| id.try_into().ok()).ok_or(Error::Row("commit id"))?;
    let check = CommitId::from_bytes(commit_id).feed_check();
    Ok(FeedPosition { generation, number, check })
}

fn feed_row(position: FeedPosition, row: &Row) -> Result<FeedRow, Error> {
    let text = |column| -> Result<&str, Error> {
        rows::field::<Option<&str>>(row, column)?.ok_or(Error::Row("request of an event"))
    };
    let agency =
        |column| AgencyId::new(text(column)?).map_err(|_| Error::Row("library of a request"));
    let reference = RequestReference::new(text(10)?);
    Ok(FeedRow {
        position,
        reference: reference.map_err(|_| Error::Row("reference of a request"))?,
        requester: agency(11)?,
        supplier: agency(12)?,
        recorded: rows::event_from(row, 3)?,
    })
}

/// Numbers all events that are committed.
pub(crate) async fn number(connections: &Connections) -> Result<(), Error> {
    let probed = connections.read(PROBE, &[]).await?;
    let state = probed.first().ok_or(Error::Row("feed generation"))?;
    let (is_comparable, is_first): (bool, bool) = (rows::field(state, 0)?, rows::field(state, 1)?);
    if !is_comparable {
        renew(connections).await?;
    } else if !rows::field::<bool>(state, 2)? {
        return Ok(());
    }
    let sql = if is_first || !is_comparable { NUMBER_ALL } else { NUMBER };
    #[cfg(test)]
    if sql == NUMBER {
        crate::plans::note(NUMBER);
    }
    // One message, so that the lock is not held while the server waits for this program.
    let batch = format!("{}; {sql}; COMMIT", begin());
    let transaction = Transaction::on(connections).await?;
    transaction.run(&batch).await?;
    transaction.end();
    Ok(())
}

/// Returns the statements that begin a transaction and lock the feed, so that only one transaction
/// at a time numbers or replaces events.
pub(crate) fn begin() -> String {
    format!("BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({LOCK})")
}

/// Empties the feed and replaces its generation, in a transaction that has [begun](begin).
pub(crate) const RESET: &str = "DELETE FROM feed;
    UPDATE feed_generation
    SET generation = ('x' || left(md5(gen_random_uuid()::text), 16))::bit(64)::bigint WHERE one";

/// Replaces the generation, so that every consumer must start again.
pub(crate) async fn reset(connections: &Connections) -> Result<(), Error> {
    let transaction = Transaction::on(connections).await?;
    transaction.run(&format!("{}; {RESET}; COMMIT", begin())).await?;
    transaction.end();
    Ok(())
}

/// Begins a new feed after the tables were moved to another database, for example from a dump: the
/// stored transaction ids are those of the old one.
async fn renew(connections: &Connections) -> Result<(), Error> {
    let transaction = Transaction::on(connections).await?;
    transaction.run(&begin()).await?;
    let same = concat!("SELECT cluster = ", cluster!(), " FROM feed_generation WHERE one");
    // Another node may have done it in the meantime.
    let is_done = transaction.connection()?.query(same, &[]).await?;
    let is_done = is_done.first().map(|row| rows::field::<bool>(row, 0)).transpose()?;
    let sql = match is_done {
        Some(true) => "COMMIT".to_owned(),
        _ => format!("{RESET}; {RENEW}; COMMIT"),
    };
    transaction.run(&sql).await?;
    transaction.end();
    Ok(())
}

/// Drops the transaction ids of the old database, without rewriting the rows.
const RENEW: &str = concat!(
    "ALTER TABLE events DROP COLUMN tx;
    ALTER TABLE events ADD COLUMN tx xid8;
    ALTER TABLE events ALTER COLUMN tx SET DEFAULT pg_current_xact_id();
    CREATE INDEX events_by_tx ON events (tx) WHERE tx IS NOT NULL;
    UPDATE feed_generation SET cluster = ",
    cluster!(),
    " WHERE one"
);

/// A connection that is closed unless its transaction has ended.
struct Transaction(Option<Connection>);

impl Transaction {
    async fn on(connections: &Connections) -> Result<Self, Error> {
        Ok(Self(Some(connections.take().await?)))
    }

    fn connection(&self) -> Result<&Connection, Error> {
        self.0.as_ref().ok_or(Error::Unexpected)
    }

    async fn run(&self, sql: &str) -> Result<(), Error> {
        let run = self.connection()?.client().batch_execute(sql);
        Ok(tokio::time::timeout(LIMIT, run).await.map_err(|_| Error::NoAnswer)??)
    }

    /// Returns the connection to its pool.
    fn end(mut self) {
        self.0.take();
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            connection.discard();
        }
    }
}
