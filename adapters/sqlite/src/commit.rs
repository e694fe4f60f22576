use crate::charges;
use crate::error::Error;
use crate::prepared::Prepared;
use crate::{history, outbox, rows, search};
use desktop_delivery::ledger::{CommitOutcome, CounterSnapshot};
use desktop_delivery::storage::RecordRow;
use rusqlite::{Connection, OptionalExtension, params};

/// Applies a change. Everything is checked before anything is written, so that a refused change
/// writes nothing.
pub(crate) fn commit(connection: &Connection, change: &Prepared) -> Result<CommitOutcome, Error> {
    match change.expected {
        Some(expected) => update(connection, change, expected),
        None => create(connection, change),
    }
}

fn create(connection: &Connection, change: &Prepared) -> Result<CommitOutcome, Error> {
    let (Some(record), Some(usage)) = (&change.record, &change.usage) else {
        return Err(Error::Incomplete);
    };
    let is_taken = connection
        .prepare_cached("SELECT 1 FROM ddlv_requests WHERE handle = ?1 OR reference = ?2")?
        .exists(params![change.handle, record.reference])?;
    if is_taken || !outbox::are_held(connection, &change.settle)? {
        return Ok(CommitOutcome::Stale);
    }
    let charges = match charges::plan(connection, &change.charges)?.fits() {
        Ok(charges) => charges,
        Err(full) => return Ok(full),
    };
    connection
        .prepare_cached(
            "INSERT INTO ddlv_requests (
                 handle, reference, requester, supplier, patron, status, created_at, due_at, record
             ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            change.handle,
            record.reference,
            record.requester,
            record.supplier,
            record.patron,
            record.status,
            record.created_at,
            record.due_at,
            record.text,
        ])?;
    let last_event = history::append_all(connection, change.handle, 1, None, &change.commit)?;
    connection
        .prepare_cached(
            "INSERT INTO ddlv_request_usage (handle, revision, last_event, usage)
             VALUES (?1, 1, ?2, ?3)",
        )?
        .execute(params![change.handle, last_event, usage])?;
    search::add(connection, change.handle, record)?;
    finish(connection, change, 1, &charges)
}

fn update(
    connection: &Connection,
    change: &Prepared,
    expected: i64,
) -> Result<CommitOutcome, Error> {
    // Most claims charge and settle nothing. Then the first event, appended only to the expected
    // revision, is the only check.
    let is_plain = change.record.is_none() && change.settle.is_empty() && change.charges.is_empty();
    if !is_plain {
        let revision: Option<i64> = connection
            .prepare_cached("SELECT revision FROM ddlv_request_usage WHERE handle = ?1")?
            .query_row([change.handle], |row| row.get(0))
            .optional()?;
        if revision != Some(expected) || !outbox::are_held(connection, &change.settle)? {
            return Ok(CommitOutcome::Stale);
        }
        if let Some(record) = &change.record
            && is_taken_by_another(connection, record, change.handle)?
        {
            return Ok(CommitOutcome::Stale);
        }
    }
    let charges = match charges::plan(connection, &change.charges)?.fits() {
        Ok(charges) => charges,
        Err(full) => return Ok(full),
    };
    let (handle, commit, revision) = (change.handle, &change.commit, expected + 1);
    let Some(first) = history::append_first(connection, handle, expected, commit)? else {
        return Ok(CommitOutcome::Stale);
    };
    let last_event = history::append_others(connection, handle, revision, first, commit)?;
    connection
        .prepare_cached(
            "UPDATE ddlv_request_usage
             SET revision = ?2, last_event = ?3, usage = coalesce(?4, usage) WHERE handle = ?1",
        )?
        .execute(params![handle, revision, last_event, change.usage])?;
    if let Some(record) = &change.record {
        rewrite(connection, handle, record)?;
    }
    finish(connection, change, revision, &charges)
}

fn is_taken_by_another(
    connection: &Connection,
    record: &RecordRow,
    handle: i64,
) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM ddlv_requests WHERE reference = ?1 AND handle <> ?2")?
        .exists(params![record.reference, handle])?)
}

/// Updates the indexes only where an indexed value changed.
fn rewrite(connection: &Connection, handle: i64, record: &RecordRow) -> Result<(), Error> {
    connection
        .prepare_cached("UPDATE ddlv_requests SET record = ?2 WHERE handle = ?1")?
        .execute(params![handle, record.text])?;
    connection
        .prepare_cached(
            "UPDATE ddlv_requests SET due_at = ?2 WHERE handle = ?1 AND due_at IS NOT ?2",
        )?
        .execute(params![handle, record.due_at])?;
    connection
        .prepare_cached(
            "UPDATE ddlv_requests
             SET reference = ?2, requester = ?3, supplier = ?4, patron = ?5, status = ?6,
                 created_at = ?7
             WHERE handle = ?1
                 AND (reference, requester, supplier, patron, status, created_at)
                     IS NOT (?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            handle,
            record.reference,
            record.requester,
            record.supplier,
            record.patron,
            record.status,
            record.created_at,
        ])?;
    search::update(connection, handle, record)
}

/// Writes what a commit may write besides the delivery and its events: outbox entries and counters.
fn finish(
    connection: &Connection,
    change: &Prepared,
    revision: i64,
    charges: &[CounterSnapshot],
) -> Result<CommitOutcome, Error> {
    charges::apply(connection, charges)?;
    outbox::settle(connection, &change.settle)?;
    outbox::put(connection, change.handle, &change.outbox)?;
    Ok(CommitOutcome::Committed { revision: rows::to_count(revision)? })
}
