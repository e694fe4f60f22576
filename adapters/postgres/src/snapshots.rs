//! Snapshots of deliveries and counters, for moving them between ledgers.

use crate::error::Error;
use crate::feed;
use crate::pool::{Connection, Connections};
use crate::prepared::PreparedSnapshot;
use crate::rows;
use crate::writes::Writes;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::events::Event;
use desktop_delivery::ids::{CommitId, CounterKey, NoticeNo};
use desktop_delivery::ledger::{CounterSnapshot, DeliverySnapshot, OutboxEntry};
use desktop_delivery::{RequestHandle, Timestamp};
use std::collections::HashMap;

const PAGE: &str = "SELECT request_usage.handle, revision, record, usage
    FROM request_usage JOIN requests ON requests.handle = request_usage.handle
    WHERE request_usage.handle > $1 ORDER BY request_usage.handle LIMIT $2";
const HISTORY: &str = "SELECT handle, revision, place, at, actor, detail, commit_id FROM events
    WHERE handle = ANY ($1) ORDER BY handle, revision, place";
const WAITING: &str = "SELECT handle, notice, free_at FROM outbox
    WHERE handle = ANY ($1) ORDER BY handle, notice";
const COUNTERS: &str = "SELECT counter, used, expires_at FROM counters
    WHERE counter > $1 ORDER BY counter LIMIT $2";
/// Ordered by foreign keys.
const FORGET: [&str; 5] = [
    "DELETE FROM outbox WHERE handle = ANY ($1)",
    "DELETE FROM events WHERE handle = ANY ($1)",
    "DELETE FROM searchable WHERE handle = ANY ($1)",
    "DELETE FROM request_usage WHERE handle = ANY ($1)",
    "DELETE FROM requests WHERE handle = ANY ($1)",
];
const FORGET_COUNTERS: &str = "DELETE FROM counters WHERE counter = ANY ($1)";

/// Reads a page of delivery snapshots, ordered by handle, from one database snapshot.
pub(crate) async fn page(
    connections: &Connections,
    after: Option<RequestHandle>,
    limit: usize,
) -> Result<Vec<DeliverySnapshot>, Error> {
    let connection = connections.take().await?;
    let read = async {
        run(&connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let page = read(&connection, after, limit).await?;
        run(&connection, "COMMIT").await?;
        Ok(page)
    };
    match read.await {
        Ok(page) => Ok(page),
        Err(error) => {
            // The connection may have an open transaction.
            connection.discard();
            Err(error)
        }
    }
}

async fn run(connection: &Connection, sql: &str) -> Result<(), Error> {
    connection.within_timeout(async { Ok(connection.client().batch_execute(sql).await?) }).await
}

async fn read(
    connection: &Connection,
    after: Option<RequestHandle>,
    limit: usize,
) -> Result<Vec<DeliverySnapshot>, Error> {
    // The empty byte string sorts before every handle.
    let after = after.map_or_else(Vec::new, |after| after.to_bytes().to_vec());
    let found = connection.query(PAGE, &[&after, &rows::limit(limit)]).await?;
    let deliveries = found.iter().map(rows::delivery).collect::<Result<Vec<_>, _>>()?;
    let handles: Vec<Vec<u8>> =
        deliveries.iter().map(|delivery| delivery.handle.to_bytes().to_vec()).collect();
    let mut histories: HashMap<RequestHandle, Vec<(CommitId, Vec<Event>)>> = HashMap::new();
    for row in connection.query(HISTORY, &[&handles]).await? {
        let event = rows::event(&row)?;
        let history = histories.entry(event.handle).or_default();
        match (rows::field::<Option<&[u8]>>(&row, 6)?, history.last_mut()) {
            (Some(_), _) => {
                history.push((CommitId::from_bytes(rows::bytes(&row, 6)?), vec![event.event]));
            }
            (None, Some((_, events))) => events.push(event.event),
            (None, None) => return Err(Error::Row("commit id")),
        }
    }
    let mut outboxes: HashMap<RequestHandle, Vec<OutboxEntry>> = HashMap::new();
    for row in connection.query(WAITING, &[&handles]).await? {
        let notice = u32::try_from(rows::field::<i64>(&row, 1)?).map(NoticeNo::new);
        let entry = OutboxEntry {
            notice: notice.map_err(|_| Error::Row("notice"))?,
            not_before: Timestamp::from_seconds(rows::field(&row, 2)?),
        };
        outboxes.entry(rows::handle(&row, 0)?).or_default().push(entry);
    }
    let copy = |delivery: Delivery| {
        let history = histories.remove(&delivery.handle).unwrap_or_default();
        if u64::try_from(history.len()) != Ok(delivery.revision) {
            return Err(Error::Row("history"));
        }
        let outbox = outboxes.remove(&delivery.handle).unwrap_or_default();
        Ok(DeliverySnapshot { delivery, history, outbox })
    };
    deliveries.into_iter().map(copy).collect()
}

/// Replaces the deliveries stored under the handles of these snapshots, in one transaction.
pub(crate) async fn store(
    connections: &Connections,
    copies: &[PreparedSnapshot],
) -> Result<(), Error> {
    let handles: Vec<&[u8]> = copies.iter().map(|copy| &copy.handle[..]).collect();
    let mut writes = Writes::default();
    copies.iter().for_each(|copy| writes.copy(copy));
    let begin = format!("{}; {}", feed::begin(), feed::RESET);
    replace(connections, &begin, &FORGET, &handles, &writes).await
}

/// Reads a page of counters, ordered by key.
pub(crate) async fn counters(
    connections: &Connections,
    after: Option<CounterKey>,
    limit: usize,
) -> Result<Vec<CounterSnapshot>, Error> {
    let after = after.map_or_else(Vec::new, |after| after.as_bytes().to_vec());
    let found = connections.read(COUNTERS, &[&after, &rows::limit(limit)]).await?;
    let counter = |row| {
        Ok(CounterSnapshot {
            counter: CounterKey::from_bytes(rows::bytes(row, 0)?),
            used: rows::count(row, 1)?,
            expires_at: rows::field::<Option<i64>>(row, 2)?.map(Timestamp::from_seconds),
        })
    };
    found.iter().map(counter).collect()
}

/// Replaces the counters stored under the keys of these snapshots, in one transaction.
pub(crate) async fn store_counters(
    connections: &Connections,
    copies: &[CounterSnapshot],
) -> Result<(), Error> {
    let keys: Vec<&[u8]> = copies.iter().map(|copy| &copy.counter.as_bytes()[..]).collect();
    let mut writes = Writes::default();
    for copy in copies {
        writes.count(*copy, false);
    }
    replace(connections, "BEGIN", &[FORGET_COUNTERS], &keys, &writes).await
}

async fn replace(
    connections: &Connections,
    begin: &str,
    forget: &[&'static str],
    keys: &[&[u8]],
    writes: &Writes<'_>,
) -> Result<(), Error> {
    let connection = connections.take().await?;
    let replaced = async {
        run(&connection, begin).await?;
        for sql in forget {
            connection.query(sql, &[&keys]).await?;
        }
        writes.send(&connection.session(), "COMMIT").await
    };
    let replaced = replaced.await;
    if replaced.is_err() {
        // The connection may have an open transaction.
        connection.discard();
    }
    replaced
}
