use crate::error::Error;
use crate::prepared::BodyRow;
use crate::{place, rows};
use desktop_delivery::{Body, ListQuery, Listed, Party};
use rusqlite::{Connection, OptionalExtension, params};
use std::fmt::Write;

/// Stands in the documents of requests that wait for their supplier.
const WAITING: &str = "_w";

/// What the index keeps of a request: its words, and what lists are filtered by.
pub(crate) fn document(body: &Body) -> String {
    let facts = &body.facts;
    let mut document = key('r', facts.requester.as_str());
    let keys = [key('s', facts.supplier.as_str()), key('t', body.status.as_str())];
    let waiting = body.waits_for_supplier().then(|| WAITING.to_owned());
    for token in keys.into_iter().chain(waiting).chain(facts.search_words()) {
        document.push(' ');
        document.push_str(&token);
    }
    document
}

/// A token that is one whatever the text holds, and that no word is.
fn key(kind: char, text: &str) -> String {
    text.bytes().fold(format!("_{kind}"), |mut key, byte| {
        // Writing to a string cannot fail.
        let _ok = write!(key, "{byte:02x}");
        key
    })
}

/// Puts a request into the index that is not in it; its row is there already.
pub(crate) fn add(connection: &Connection, handle: i64, body: &BodyRow) -> Result<(), Error> {
    let place = place::free(connection, body.created_at, handle)?;
    insert(connection, handle, body.created_at, place, &body.document)
}

fn insert(
    connection: &Connection,
    handle: i64,
    created_at: i64,
    place: i64,
    document: &str,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO searchable (handle, created_at, place, document) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![handle, created_at, place, document])?;
    connection
        .prepare_cached("INSERT INTO search_index (rowid, document) VALUES (?1, ?2)")?
        .execute(params![place, document])?;
    Ok(())
}

/// Brings the index to what a request is now, where something changed in it.
pub(crate) fn update(connection: &Connection, handle: i64, body: &BodyRow) -> Result<(), Error> {
    let stored: Option<(i64, bool, bool)> = connection
        .prepare_cached(
            "SELECT place, created_at = ?2, document = ?3 FROM searchable WHERE handle = ?1",
        )?
        .query_row(params![handle, body.created_at, body.document], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    match stored {
        Some((_, true, true)) => Ok(()),
        Some((place, true, false)) => {
            connection
                .prepare_cached("UPDATE searchable SET document = ?2 WHERE handle = ?1")?
                .execute(params![handle, body.document])?;
            connection
                .prepare_cached("UPDATE search_index SET document = ?2 WHERE rowid = ?1")?
                .execute(params![place, body.document])?;
            Ok(())
        }
        Some((place, false, _)) => {
            connection
                .prepare_cached("DELETE FROM searchable WHERE handle = ?1")?
                .execute([handle])?;
            connection
                .prepare_cached("DELETE FROM search_index WHERE rowid = ?1")?
                .execute([place])?;
            add(connection, handle, body)
        }
        None => add(connection, handle, body),
    }
}

/// Fills the empty index from what is stored.
pub(crate) fn fill(connection: &Connection) -> Result<(), Error> {
    let mut statement = connection.prepare(
        "SELECT handle, body, created_at FROM requests ORDER BY created_at, upper_half, handle",
    )?;
    let mut found = statement.query([])?;
    let mut last = i64::MIN;
    while let Some(row) = found.next()? {
        let (handle, created_at) = (row.get(0)?, row.get(2)?);
        // One that cannot be read is not found by anything; `check` names it.
        let document = rows::body(row, 1).map_or_else(|_| String::new(), |body| document(&body));
        last = place::usual(created_at, handle).max(last.saturating_add(1));
        insert(connection, handle, created_at, last, &document)?;
    }
    Ok(())
}

/// Reads one page of what is searched for or waits, newest first as the index has it.
pub(crate) fn page(connection: &Connection, query: &ListQuery) -> Result<Vec<Listed>, Error> {
    let (created_at, handle) = rows::bound(query.after);
    let mut statement = connection.prepare_cached(
        "SELECT handle, body FROM search_index
         CROSS JOIN searchable ON searchable.place = search_index.rowid
         CROSS JOIN requests USING (handle)
         WHERE search_index MATCH ?1 AND search_index.rowid <= (
             SELECT place FROM searchable WHERE handle = (
                 SELECT handle FROM requests
                 WHERE (created_at, upper_half, handle) < (?2, ?3, ?4)
                 ORDER BY created_at DESC, upper_half DESC, handle DESC LIMIT 1))
         ORDER BY search_index.rowid DESC LIMIT ?5",
    )?;
    let limit = rows::limit(query.limit);
    let mut found =
        statement.query(params![expression(query), created_at, handle < 0, handle, limit])?;
    let mut page = Vec::new();
    while let Some(row) = found.next()? {
        page.push(rows::listed(row)?);
    }
    Ok(page)
}

/// What is looked for, in the language of FTS5. Words are letters and digits, so that none of them
/// means anything there within its quotes.
fn expression(query: &ListQuery) -> String {
    let party = match &query.party {
        // A patron has few requests and none of the index's tokens: see `list`.
        Party::Anyone | Party::Patron(..) => None,
        Party::Requester(agency) => Some(key('r', agency.as_str())),
        Party::Supplier(agency) => Some(key('s', agency.as_str())),
    };
    let waiting = query.waiting.then(|| WAITING.to_owned());
    let status = query.status.map(|status| key('t', status.as_str()));
    let keys = waiting.into_iter().chain(party).chain(status).map(|key| format!("\"{key}\""));
    let words = query.search.iter().flat_map(|search| search.words());
    let parts: Vec<_> = keys.chain(words.map(|word| format!("\"{word}\"*"))).collect();
    parts.join(" AND ")
}
