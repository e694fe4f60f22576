use crate::error::Error;
use crate::prepared::SqliteFormat;
use crate::{connection, rows};
use desktop_delivery::storage::search_document;
use rusqlite::{Connection, Row};
use std::path::Path;

/// The maximum number of problems reported.
const MAX_PROBLEMS: usize = 100;

/// Reads the whole database and describes the problems found, without quoting stored data.
pub(crate) fn run(path: &Path) -> Result<Vec<String>, Error> {
    let connection = connection::open_for_reading(path)?;
    // One snapshot for the whole check.
    connection.execute_batch("BEGIN")?;
    let mut problems = Problems(Vec::new());
    pages(&connection, &mut problems)?;
    references(&connection, &mut problems)?;
    let deliveries = "SELECT handle, revision, record, usage FROM ddlv_requests
                      LEFT JOIN ddlv_request_usage USING (handle)";
    decode(&connection, "delivery", deliveries, &mut problems, |row| {
        rows::delivery(row).map(drop)
    })?;
    let events = "SELECT handle, revision, place, at, actor, detail FROM ddlv_events";
    decode(&connection, "event of", events, &mut problems, |row| rows::event(row).map(drop))?;
    chains(&connection, &mut problems)?;
    let differing = "SELECT handle FROM ddlv_requests WHERE
        (reference, requester, supplier, patron, status, created_at, due_at) IS NOT (
            record ->> '$.facts.reference', record ->> '$.facts.requester',
            record ->> '$.facts.supplier', record ->> '$.facts.patron',
            record ->> '$.status', record ->> '$.created_at', record ->> '$.due_at')
        AND json_valid(record)";
    decode(&connection, "columns of", differing, &mut problems, |_| Err(Error::Row("record")))?;
    let generations =
        connection.query_row("SELECT count(*) FROM ddlv_feed", [], |row| row.get::<_, i64>(0))?;
    if generations != 1 {
        problems.add(|| format!("the event feed has {generations} generations instead of 1"));
    }
    index(&connection, &mut problems)?;
    Ok(problems.0)
}

/// Checks that each request's last event has the request's revision, that each event but the first
/// follows the previous one, and that every event belongs to a chain.
fn chains(connection: &Connection, problems: &mut Problems) -> Result<(), Error> {
    let ends =
        "SELECT u.handle FROM ddlv_request_usage AS u
        LEFT JOIN ddlv_events AS e ON e.id = u.last_event WHERE (e.handle, e.revision) IS NOT (u.handle, u.revision)";
    let breaks = "SELECT e.handle FROM ddlv_events AS e
        LEFT JOIN ddlv_events AS p ON p.id = e.previous WHERE e.previous >= e.id OR iif(e.previous IS NULL,
            (e.revision, e.place) IS NOT (1, 0),
            (p.handle, p.revision, p.place) IS NOT (e.handle, e.revision, e.place - 1)
                AND ((p.handle, p.revision) IS NOT (e.handle, e.revision - 1) OR e.place <> 0))";
    // The feed looks for the commit id before an event that does not have it.
    let commits = "SELECT handle FROM ddlv_events WHERE (commit_id IS NULL) <> (place > 0)
        OR (place > 0 AND previous IS NOT id - 1)";
    let strays = "SELECT handle FROM ddlv_events WHERE id NOT IN (
        SELECT previous FROM ddlv_events WHERE previous IS NOT NULL
        UNION ALL SELECT last_event FROM ddlv_request_usage)";
    for sql in [ends, breaks, commits, strays] {
        decode(connection, "history of", sql, problems, |_| Err(Error::Row("event order")))?;
    }
    Ok(())
}

/// Compares the search index with the records it was built from.
fn index(connection: &Connection, problems: &mut Problems) -> Result<(), Error> {
    let documents = "SELECT handle, record, document FROM ddlv_requests
                     LEFT JOIN ddlv_searchable USING (handle, created_at)";
    decode(connection, "search document of", documents, problems, |row| {
        // An unreadable record is reported by another check.
        let Ok(record) = rows::record(row, 1) else { return Ok(()) };
        let document: Option<String> = row.get(2)?;
        if document == Some(search_document::<SqliteFormat>(&record)) {
            Ok(())
        } else {
            Err(Error::Row("document"))
        }
    })?;
    let places = "SELECT handle FROM (
            SELECT handle, place, lag(place) OVER (ORDER BY created_at, handle < 0, handle) AS last
            FROM ddlv_searchable)
        WHERE place <= last OR place NOT IN (SELECT id FROM ddlv_search_index_docsize)";
    decode(connection, "search place of", places, problems, |_| Err(Error::Row("place")))?;
    let strays = "SELECT count(*) FROM ddlv_search_index_docsize
                  WHERE id NOT IN (SELECT place FROM ddlv_searchable)";
    if connection.query_row(strays, [], |row| row.get::<_, i64>(0))? > 0 {
        problems.add(|| "the search index has entries without a request".into());
    }
    Ok(())
}

struct Problems(Vec<String>);

impl Problems {
    fn add(&mut self, problem: impl FnOnce() -> String) {
        if self.0.len() < MAX_PROBLEMS {
            self.0.push(problem());
        }
    }
}

fn pages(connection: &Connection, problems: &mut Problems) -> Result<(), Error> {
    let mut statement = connection.prepare("PRAGMA integrity_check(100)")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let line: String = row.get(0)?;
        if line != "ok" {
            problems.add(|| line);
        }
    }
    Ok(())
}

fn references(connection: &Connection, problems: &mut Problems) -> Result<(), Error> {
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let table: String = row.get(0)?;
        problems.add(|| format!("a row of {table} belongs to no request"));
    }
    Ok(())
}

/// Reports the handle (the first column) of every row that `read` rejects.
fn decode(
    connection: &Connection,
    what: &str,
    sql: &str,
    problems: &mut Problems,
    read: impl Fn(&Row<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = connection.prepare(sql)?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        if let Err(error) = read(row) {
            let handle = rows::to_handle(row.get(0)?);
            problems.add(|| format!("{what} {handle}: {error}"));
        }
    }
    Ok(())
}
