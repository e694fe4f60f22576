//! The feed of all events. Commits append to the events, so their ids are the order of the feed.

use crate::error::Error;
use crate::rows;
use desktop_delivery::events::{FeedPosition, FeedStart};
use desktop_delivery::ids::CommitId;
use desktop_delivery::ledger::{FeedOutcome, FeedRow, FeedRows};
use desktop_delivery::{AgencyId, RequestReference};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The columns that [`rows::event`](crate::rows::event) reads, followed by the five below.
const PAGE: &str =
    "SELECT ddlv_events.handle, revision, place, at, actor, detail, commit_id, id, reference,
        requester, supplier
    FROM ddlv_events LEFT JOIN ddlv_requests ON ddlv_requests.handle = ddlv_events.handle
    WHERE id > ?1 ORDER BY id LIMIT ?2";
const COMMIT_ID: usize = 6;
const ID: usize = 7;
const REFERENCE: usize = 8;
const REQUESTER: usize = 9;
const SUPPLIER: usize = 10;

/// Only the first event of a commit has the commit id; the others follow it.
const COMMIT: &str = "SELECT commit_id FROM ddlv_events WHERE id <= ?1 AND commit_id IS NOT NULL
    ORDER BY id DESC LIMIT 1";

/// Reads a page of the feed.
pub(crate) fn page(
    connection: &Connection,
    start: FeedStart,
    limit: usize,
) -> Result<FeedOutcome, Error> {
    // All statements must see the same events.
    let snapshot = connection.unchecked_transaction()?;
    let generation = snapshot
        .prepare_cached("SELECT generation FROM ddlv_feed WHERE one = 1")?
        .query_row([], |row| row.get::<_, i64>(0))?
        .cast_unsigned();
    let Some(begin) = begin(&snapshot, generation, start)? else {
        return Ok(FeedOutcome::Reset);
    };
    let (mut found, mut end, mut more) = (Vec::new(), begin, false);
    let mut check = begin.check;
    let mut statement = snapshot.prepare_cached(PAGE)?;
    // Reads one event beyond the limit to find out whether more follow.
    let mut page = statement
        .query(params![begin.number.cast_signed(), rows::limit(limit).saturating_add(1)])?;
    while let Some(row) = page.next()? {
        if found.len() == limit {
            more = true;
            break;
        }
        let id: i64 = row.get(ID)?;
        check = match row.get::<_, Option<[u8; 16]>>(COMMIT_ID)? {
            Some(commit_id) => CommitId::from_bytes(commit_id).feed_check(),
            // The row with the commit id is on an earlier page only if this row is the first.
            None if found.is_empty() => check_of(&snapshot, id)?,
            None => check,
        };
        end = FeedPosition { generation, number: id.cast_unsigned(), check };
        found.push(feed_row(row, end)?);
    }
    Ok(FeedOutcome::Page(FeedRows { rows: found, end, more }))
}

/// Returns the position before the page; `None` if the start is not in this feed.
fn begin(
    connection: &Connection,
    generation: u64,
    start: FeedStart,
) -> Result<Option<FeedPosition>, Error> {
    let id = match start {
        FeedStart::Beginning => None,
        FeedStart::Latest => connection
            .prepare_cached("SELECT max(id) FROM ddlv_events")?
            .query_row([], |row| row.get::<_, Option<i64>>(0))?,
        FeedStart::After(position) => {
            let Ok(id) = i64::try_from(position.number) else { return Ok(None) };
            Some(id).filter(|id| *id > 0)
        }
    };
    let found = match id {
        None => FeedPosition::beginning(generation),
        Some(id) => {
            let known: Option<i64> = connection
                .prepare_cached("SELECT id FROM ddlv_events WHERE id = ?1")?
                .query_row([id], |row| row.get(0))
                .optional()?;
            let Some(id) = known else { return Ok(None) };
            let check = check_of(connection, id)?;
            FeedPosition { generation, number: id.cast_unsigned(), check }
        }
    };
    Ok(match start {
        FeedStart::After(position) => Some(found).filter(|found| *found == position),
        FeedStart::Beginning | FeedStart::Latest => Some(found),
    })
}

fn check_of(connection: &Connection, id: i64) -> Result<u32, Error> {
    let commit_id: Option<[u8; 16]> =
        connection.prepare_cached(COMMIT)?.query_row([id], |row| row.get(0)).optional()?;
    Ok(CommitId::from_bytes(commit_id.ok_or(Error::Row("commit id"))?).feed_check())
}

fn feed_row(row: &Row<'_>, position: FeedPosition) -> Result<FeedRow, Error> {
    let text = |column| -> Result<String, Error> {
        row.get::<_, Option<String>>(column)?.ok_or(Error::Row("request of an event"))
    };
    let agency =
        |column| AgencyId::new(text(column)?).map_err(|_| Error::Row("library of a request"));
    let reference = RequestReference::new(text(REFERENCE)?);
    Ok(FeedRow {
        position,
        reference: reference.map_err(|_| Error::Row("reference of a request"))?,
        requester: agency(REQUESTER)?,
        supplier: agency(SUPPLIER)?,
        recorded: rows::event(row)?,
    })
}

/// Replaces the generation, so that every consumer must start again.
pub(crate) fn reset(connection: &Connection) -> Result<(), Error> {
    connection
        .prepare_cached("UPDATE ddlv_feed SET generation = random() WHERE one = 1")?
        .execute([])?;
    Ok(())
}
