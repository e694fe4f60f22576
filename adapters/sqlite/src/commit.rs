use crate::charges::{self, Plan};
use crate::error::Error;
use crate::prepared::{BodyRow, Prepared};
use crate::{outbox, rows, search};
use desktop_delivery::ledger::CommitOutcome;
use rusqlite::{Connection, OptionalExtension, params};

/// Checks everything first, then writes everything: what is refused has written nothing.
pub(crate) fn commit(connection: &Connection, change: &Prepared) -> Result<CommitOutcome, Error> {
    match change.expected {
        Some(expected) => update(connection, change, expected),
        None => create(connection, change),
    }
}

fn create(connection: &Connection, change: &Prepared) -> Result<CommitOutcome, Error> {
    let (Some(body), Some(tally)) = (&change.body, &change.tally) else {
        return Err(Error::Incomplete);
    };
    let is_taken = connection
        .prepare_cached("SELECT 1 FROM requests WHERE handle = ?1 OR reference = ?2")?
        .exists(params![change.handle, body.reference])?;
    if is_taken || !outbox::are_held(connection, &change.settle)? {
        return Ok(CommitOutcome::Stale);
    }
    let charges = match charges::plan(connection, &change.charges)? {
        Plan::Fits(charges) => charges,
        Plan::Full { counter, used } => return Ok(CommitOutcome::Full { counter, used }),
    };
    connection
        .prepare_cached(
            "INSERT INTO requests (
                 handle, reference, requester, supplier, patron, status, created_at, due_at, body
             ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            change.handle,
            body.reference,
            body.requester,
            body.supplier,
            body.patron,
            body.status,
            body.created_at,
            body.due_at,
            body.json,
        ])?;
    connection
        .prepare_cached("INSERT INTO tallies (handle, revision, tally) VALUES (?1, 1, ?2)")?
        .execute(params![change.handle, tally])?;
    search::add(connection, change.handle, body)?;
    finish(connection, change, 1, &charges)
}

fn update(
    connection: &Connection,
    change: &Prepared,
    expected: i64,
) -> Result<CommitOutcome, Error> {
    // A claim charges and settles nothing as a rule; then the update of the tally is the check.
    let is_plain = change.body.is_none() && change.settle.is_empty() && change.charges.is_empty();
    if !is_plain {
        let revision: Option<i64> = connection
            .prepare_cached("SELECT revision FROM tallies WHERE handle = ?1")?
            .query_row([change.handle], |row| row.get(0))
            .optional()?;
        if revision != Some(expected) || !outbox::are_held(connection, &change.settle)? {
            return Ok(CommitOutcome::Stale);
        }
        if let Some(body) = &change.body
            && is_taken_by_another(connection, body, change.handle)?
        {
            return Ok(CommitOutcome::Stale);
        }
    }
    let charges = match charges::plan(connection, &change.charges)? {
        Plan::Fits(charges) => charges,
        Plan::Full { counter, used } => return Ok(CommitOutcome::Full { counter, used }),
    };
    let updated = connection
        .prepare_cached(
            "UPDATE tallies SET revision = revision + 1, tally = coalesce(?3, tally)
             WHERE handle = ?1 AND revision = ?2",
        )?
        .execute(params![change.handle, expected, change.tally])?;
    if updated == 0 {
        return Ok(CommitOutcome::Stale);
    }
    if let Some(body) = &change.body {
        rewrite(connection, change.handle, body)?;
    }
    finish(connection, change, expected + 1, &charges)
}

fn is_taken_by_another(
    connection: &Connection,
    body: &BodyRow,
    handle: i64,
) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM requests WHERE reference = ?1 AND handle <> ?2")?
        .exists(params![body.reference, handle])?)
}

/// The indexes are touched only where something moved in them.
fn rewrite(connection: &Connection, handle: i64, body: &BodyRow) -> Result<(), Error> {
    connection
        .prepare_cached("UPDATE requests SET body = ?2 WHERE handle = ?1")?
        .execute(params![handle, body.json])?;
    connection
        .prepare_cached("UPDATE requests SET due_at = ?2 WHERE handle = ?1 AND due_at IS NOT ?2")?
        .execute(params![handle, body.due_at])?;
    connection
        .prepare_cached(
            "UPDATE requests
             SET reference = ?2, requester = ?3, supplier = ?4, patron = ?5, status = ?6,
                 created_at = ?7
             WHERE handle = ?1
                 AND (reference, requester, supplier, patron, status, created_at)
                     IS NOT (?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            handle,
            body.reference,
            body.requester,
            body.supplier,
            body.patron,
            body.status,
            body.created_at,
        ])?;
    search::update(connection, handle, body)
}

/// Writes what every commit writes beside the delivery itself.
fn finish(
    connection: &Connection,
    change: &Prepared,
    revision: i64,
    charges: &[charges::Counter],
) -> Result<CommitOutcome, Error> {
    rows::insert_events(connection, change.handle, revision, &change.commit)?;
    charges::apply(connection, charges)?;
    outbox::settle(connection, &change.settle)?;
    outbox::put(connection, change.handle, &change.outbox)?;
    Ok(CommitOutcome::Committed { revision: rows::to_count(revision)? })
}
