//! Snapshots of deliveries and counters, for moving them between ledgers.

use crate::error::Error;
use crate::prepared::PreparedSnapshot;
use crate::{charges, feed, history, outbox, rows, search};
use desktop_delivery::events::Event;
use desktop_delivery::ids::{CommitId, CounterKey, NoticeNo};
use desktop_delivery::ledger::{CounterSnapshot, DeliverySnapshot, OutboxEntry};
use desktop_delivery::{RequestHandle, Timestamp};
use rusqlite::{Connection, params};
use std::mem;

/// Reads a page of delivery snapshots, ordered by handle as a signed integer.
pub(crate) fn page(
    connection: &Connection,
    after: Option<RequestHandle>,
    limit: usize,
) -> Result<Vec<DeliverySnapshot>, Error> {
    let Some(first) = after.map_or(Some(i64::MIN), |after| rows::from_handle(after).checked_add(1))
    else {
        return Ok(Vec::new());
    };
    // Each delivery takes several statements, which must see the same state.
    let snapshot = connection.unchecked_transaction()?;
    let mut statement = snapshot.prepare_cached(
        "SELECT handle, revision, record, usage
         FROM ddlv_requests JOIN ddlv_request_usage USING (handle)
         WHERE handle >= ?1 ORDER BY handle LIMIT ?2",
    )?;
    let mut found = statement.query(params![first, rows::limit(limit)])?;
    let mut page = Vec::new();
    while let Some(row) = found.next()? {
        let delivery = rows::delivery(row)?;
        let handle = rows::from_handle(delivery.handle);
        let history = history(&snapshot, handle)?;
        if u64::try_from(history.len()) != Ok(delivery.revision) {
            return Err(Error::Row("history"));
        }
        page.push(DeliverySnapshot { history, outbox: waiting(&snapshot, handle)?, delivery });
    }
    Ok(page)
}

fn history(connection: &Connection, handle: i64) -> Result<Vec<(CommitId, Vec<Event>)>, Error> {
    let (mut commits, mut events) = (Vec::new(), Vec::new());
    history::walk(connection, handle, |row| {
        events.push(rows::event(row)?.event);
        if let Some(commit_id) = row.get::<_, Option<[u8; 16]>>(history::COMMIT_ID)? {
            events.reverse();
            commits.push((CommitId::from_bytes(commit_id), mem::take(&mut events)));
        }
        Ok(true)
    })?;
    if !events.is_empty() {
        return Err(Error::Row("commit id"));
    }
    commits.reverse();
    Ok(commits)
}

fn waiting(connection: &Connection, handle: i64) -> Result<Vec<OutboxEntry>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT notice, free_at FROM ddlv_outbox WHERE handle = ?1 ORDER BY notice",
    )?;
    let entries = statement.query_map([handle], |row| {
        let not_before = Timestamp::from_seconds(row.get(1)?);
        Ok(OutboxEntry { notice: NoticeNo::new(row.get(0)?), not_before })
    })?;
    Ok(entries.collect::<Result<_, _>>()?)
}

/// Replaces the deliveries stored under the handles of these snapshots.
pub(crate) fn store(connection: &Connection, copies: &[PreparedSnapshot]) -> Result<(), Error> {
    for copy in copies {
        let record = &copy.record;
        let is_taken = connection
            .prepare_cached("SELECT 1 FROM ddlv_requests WHERE reference = ?1 AND handle <> ?2")?
            .exists(params![record.reference, copy.handle])?;
        if is_taken {
            return Err(Error::TakenReference);
        }
        connection
            .prepare_cached(
                "INSERT INTO ddlv_requests (
                     handle, reference, requester, supplier, patron, status, created_at, due_at, record
                 ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT (handle) DO UPDATE
                 SET reference = excluded.reference, requester = excluded.requester,
                     supplier = excluded.supplier, patron = excluded.patron,
                     status = excluded.status, created_at = excluded.created_at,
                     due_at = excluded.due_at, record = excluded.record",
            )?
            .execute(params![
                copy.handle,
                record.reference,
                record.requester,
                record.supplier,
                record.patron,
                record.status,
                record.created_at,
                record.due_at,
                record.text,
            ])?;
        history::delete(connection, copy.handle)?;
        let mut last_event = None;
        for (revision, commit) in (1..).zip(&copy.history) {
            let last = history::append_all(connection, copy.handle, revision, last_event, commit)?;
            last_event = Some(last);
        }
        connection
            .prepare_cached(
                "INSERT INTO ddlv_request_usage (handle, revision, last_event, usage)
                 VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (handle) DO UPDATE
                 SET revision = excluded.revision, last_event = excluded.last_event,
                     usage = excluded.usage",
            )?
            .execute(params![copy.handle, copy.revision, last_event, copy.usage])?;
        search::update(connection, copy.handle, record)?;
        connection
            .prepare_cached("DELETE FROM ddlv_outbox WHERE handle = ?1")?
            .execute([copy.handle])?;
        outbox::put(connection, copy.handle, &copy.outbox)?;
    }
    feed::reset(connection)
}

/// Reads a page of counters, ordered by key.
pub(crate) fn counters(
    connection: &Connection,
    after: Option<CounterKey>,
    limit: usize,
) -> Result<Vec<CounterSnapshot>, Error> {
    let after = after.as_ref().map_or(&[][..], |after| after.as_bytes());
    let mut statement = connection.prepare_cached(
        "SELECT counter, used, expires_at FROM ddlv_counters WHERE counter > ?1
         ORDER BY counter LIMIT ?2",
    )?;
    let mut found = statement.query(params![after, rows::limit(limit)])?;
    let mut page = Vec::new();
    while let Some(row) = found.next()? {
        page.push(CounterSnapshot {
            counter: CounterKey::from_bytes(row.get(0)?),
            used: rows::to_count(row.get(1)?)?,
            expires_at: row.get::<_, Option<i64>>(2)?.map(Timestamp::from_seconds),
        });
    }
    Ok(page)
}

/// Replaces the counters stored under the keys of these snapshots.
pub(crate) fn store_counters(
    connection: &Connection,
    copies: &[CounterSnapshot],
) -> Result<(), Error> {
    charges::apply(connection, copies)
}
