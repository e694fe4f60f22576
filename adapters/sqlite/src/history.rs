//! The events of a request: a chain from its last event back to its first.
//!
//! Events are stored in the order of the commits. A commit appends to the end of their table and
//! touches no other page of it, which an index by request would require.

use crate::error::Error;
use crate::rows;
use desktop_delivery::events::RecordedEvent;
use desktop_delivery::storage::{CommitRow, EventRow};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The columns that [`rows::event`](crate::rows::event) reads, and three more.
const EVENT: &str = "SELECT handle, revision, place, at, actor, detail, commit_id, previous, id
    FROM ddlv_events WHERE id = ?1";
pub(crate) const COMMIT_ID: usize = 6;
const PREVIOUS: usize = 7;
pub(crate) const ID: usize = 8;

const APPEND_FIRST: &str =
    "INSERT INTO ddlv_events (handle, revision, place, previous, at, actor, detail, commit_id)
    SELECT handle, revision + 1, 0, last_event, ?3, ?4, ?5, ?6
    FROM ddlv_request_usage WHERE handle = ?1 AND revision = ?2";
const APPEND: &str =
    "INSERT INTO ddlv_events (handle, revision, place, previous, at, actor, detail, commit_id)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

/// Reads one event.
pub(crate) fn event(connection: &Connection, id: i64) -> Result<RecordedEvent, Error> {
    let mut event = connection.prepare_cached(EVENT)?;
    let mut found = event.query([id])?;
    rows::event(found.next()?.ok_or(Error::Row("history"))?)
}

/// Calls `read` for the events of a request, newest first, until it returns false.
pub(crate) fn walk(
    connection: &Connection,
    handle: i64,
    mut read: impl FnMut(&Row<'_>) -> Result<bool, Error>,
) -> Result<(), Error> {
    let mut next: Option<i64> = connection
        .prepare_cached("SELECT last_event FROM ddlv_request_usage WHERE handle = ?1")?
        .query_row([handle], |row| row.get(0))
        .optional()?;
    let mut event = connection.prepare_cached(EVENT)?;
    while let Some(id) = next {
        let mut found = event.query([id])?;
        let row = found.next()?.ok_or(Error::Row("history"))?;
        if row.get::<_, i64>(0)? != handle {
            return Err(Error::Row("history"));
        }
        if !read(row)? {
            return Ok(());
        }
        // The ids of a chain must decrease, so a damaged chain cannot loop.
        next = row.get(PREVIOUS)?;
        if next.is_some_and(|previous| previous >= id) {
            return Err(Error::Row("history"));
        }
    }
    Ok(())
}

/// Appends the first event of a commit if the request has the revision `expected`. Returns the id
/// of the event, or `None` if it has another revision.
pub(crate) fn append_first(
    connection: &Connection,
    handle: i64,
    expected: i64,
    commit: &CommitRow,
) -> Result<Option<i64>, Error> {
    let Some(event) = commit.events.first() else { return Err(Error::Incomplete) };
    let appended = connection.prepare_cached(APPEND_FIRST)?.execute(params![
        handle,
        expected,
        event.at,
        event.actor,
        event.detail,
        commit.id
    ])?;
    Ok((appended == 1).then(|| connection.last_insert_rowid()))
}

/// Appends the other events of a commit after its first and returns the id of the last.
pub(crate) fn append_others(
    connection: &Connection,
    handle: i64,
    revision: i64,
    first: i64,
    commit: &CommitRow,
) -> Result<i64, Error> {
    (1..).zip(commit.events.iter().skip(1)).try_fold(first, |previous, (place, event)| {
        append(connection, (handle, revision, place), Some(previous), event, None)
    })
}

/// Appends all events of a commit after the event `previous` and returns the id of the last.
pub(crate) fn append_all(
    connection: &Connection,
    handle: i64,
    revision: i64,
    previous: Option<i64>,
    commit: &CommitRow,
) -> Result<i64, Error> {
    let Some(event) = commit.events.first() else { return Err(Error::Incomplete) };
    let id = Some(&commit.id);
    let first = append(connection, (handle, revision, 0), previous, event, id)?;
    append_others(connection, handle, revision, first, commit)
}

fn append(
    connection: &Connection,
    (handle, revision, place): (i64, i64, i64),
    previous: Option<i64>,
    event: &EventRow,
    commit_id: Option<&[u8; 16]>,
) -> Result<i64, Error> {
    let EventRow { at, actor, detail } = event;
    connection
        .prepare_cached(APPEND)?
        .execute(params![handle, revision, place, previous, at, actor, detail, commit_id])?;
    Ok(connection.last_insert_rowid())
}

/// Deletes all events of a request, even if its chain is damaged.
pub(crate) fn delete(connection: &Connection, handle: i64) -> Result<(), Error> {
    let mut ids: Vec<i64> = Vec::new();
    let walked = walk(connection, handle, |row| {
        ids.push(row.get(ID)?);
        Ok(true)
    });
    if walked.is_err() {
        // Reads the whole table, and finds what the chain does not.
        connection.execute("DELETE FROM ddlv_events WHERE handle = ?1", [handle])?;
        return Ok(());
    }
    let mut delete = connection.prepare_cached("DELETE FROM ddlv_events WHERE id = ?1")?;
    for id in ids {
        delete.execute([id])?;
    }
    Ok(())
}
