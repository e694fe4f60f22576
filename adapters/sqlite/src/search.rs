use crate::error::Error;
use crate::{newest, place, rows};
use desktop_delivery::ledger::{DeliverySummary, ListQuery, Search};
use desktop_delivery::storage::{DocumentFilter, NewestFirst, RecordRow};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Adds a request to the index. Its row in `ddlv_requests` must exist, its index entry must not.
pub(crate) fn add(connection: &Connection, handle: i64, record: &RecordRow) -> Result<(), Error> {
    let place = place::find(connection, record.created_at, handle)?;
    insert(connection, handle, record.created_at, place, &record.document)
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
            "INSERT INTO ddlv_searchable (handle, created_at, place, document)
             VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![handle, created_at, place, document])?;
    connection
        .prepare_cached("INSERT INTO ddlv_search_index (rowid, document) VALUES (?1, ?2)")?
        .execute(params![place, document])?;
    Ok(())
}

/// Updates the index entry of a request if its document or creation time changed.
pub(crate) fn update(
    connection: &Connection,
    handle: i64,
    record: &RecordRow,
) -> Result<(), Error> {
    let stored: Option<(i64, bool, bool)> = connection
        .prepare_cached(
            "SELECT place, created_at = ?2, document = ?3 FROM ddlv_searchable WHERE handle = ?1",
        )?
        .query_row(params![handle, record.created_at, record.document], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    match stored {
        Some((_, true, true)) => Ok(()),
        Some((place, true, false)) => {
            connection
                .prepare_cached("UPDATE ddlv_searchable SET document = ?2 WHERE handle = ?1")?
                .execute(params![handle, record.document])?;
            connection
                .prepare_cached("UPDATE ddlv_search_index SET document = ?2 WHERE rowid = ?1")?
                .execute(params![place, record.document])?;
            Ok(())
        }
        Some((place, false, _)) => {
            connection
                .prepare_cached("DELETE FROM ddlv_searchable WHERE handle = ?1")?
                .execute([handle])?;
            connection
                .prepare_cached("DELETE FROM ddlv_search_index WHERE rowid = ?1")?
                .execute([place])?;
            add(connection, handle, record)
        }
        None => add(connection, handle, record),
    }
}

/// The number of requests that a search by one selective word reads at most.
const MAX_SCANNED: usize = 100;

/// Reads one page of a search or of waiting requests, newest first.
pub(crate) fn page(
    connection: &Connection,
    query: &ListQuery,
) -> Result<Vec<DeliverySummary>, Error> {
    if query.search.is_some()
        && let Some(page) = newest_page(connection, query)?
    {
        return Ok(page);
    }
    if let Some(word) = query.search.as_ref().and_then(selective_word)
        && let Some(page) = page_of_word(connection, query, word)?
    {
        return Ok(page);
    }
    let mut page = Vec::new();
    scan(connection, query, &expression(query), query.limit, |row| {
        page.push(rows::listed(row)?);
        Ok(page.len() < query.limit)
    })?;
    Ok(page)
}

/// Reads the page of a search from the newest requests of the list. Returns `None` if too few of
/// them match.
fn newest_page(
    connection: &Connection,
    query: &ListQuery,
) -> Result<Option<Vec<DeliverySummary>>, Error> {
    let mut document =
        connection.prepare_cached("SELECT document FROM ddlv_searchable WHERE handle = ?1")?;
    let filter = DocumentFilter::of(query);
    let (mut page, mut progress) = (Vec::new(), NewestFirst::default());
    newest::read(connection, query, -1, |row| {
        let mut found = document.query([row.get::<_, i64>(0)?])?;
        let document = found.next()?.map(|row| row.get_ref(0)).transpose()?;
        let document = document.and_then(|text| text.as_str().ok());
        let is_match = document.is_some_and(|document| filter.matches(document));
        if is_match {
            page.push(rows::listed(row)?);
        }
        progress.count(is_match);
        Ok(page.len() < query.limit && progress.pays())
    })?;
    Ok((page.len() == query.limit || progress.pays()).then_some(page))
}

/// Returns the word of a search that probably selects few requests: the only word, or the longest
/// if it contains a digit.
fn selective_word(search: &Search) -> Option<&str> {
    match search.words() {
        [word] => Some(word),
        words => {
            let longest = words.iter().max_by_key(|word| word.len())?;
            longest.contains(|c: char| c.is_ascii_digit()).then_some(longest)
        }
    }
}

/// Reads the page from the requests that match one word. Returns `None` if there are many and they
/// do not fill the page.
///
/// Looking up a few requests costs far less than intersecting them with the index entries of the
/// library, whose number grows with all its requests.
fn page_of_word(
    connection: &Connection,
    query: &ListQuery,
    word: &str,
) -> Result<Option<Vec<DeliverySummary>>, Error> {
    let (mut page, mut seen) = (Vec::new(), 0);
    scan(connection, query, &format!("\"{word}\"*"), MAX_SCANNED, |row| {
        seen += 1;
        let (handle, record) = (rows::to_handle(row.get(0)?), rows::record(row, 1)?);
        if page.len() < query.limit && query.matches(&record) {
            page.push(DeliverySummary::of(handle, &record));
        }
        Ok(page.len() < query.limit)
    })?;
    Ok((page.len() == query.limit || seen < MAX_SCANNED).then_some(page))
}

/// Reads the matches of an FTS5 expression that come after `query.after`, until `read` returns
/// false.
fn scan(
    connection: &Connection,
    query: &ListQuery,
    expression: &str,
    limit: usize,
    mut read: impl FnMut(&Row<'_>) -> Result<bool, Error>,
) -> Result<(), Error> {
    let (created_at, handle) = rows::bound(query.after);
    let mut statement = connection.prepare_cached(
        "SELECT handle, record FROM ddlv_search_index
         CROSS JOIN ddlv_searchable ON ddlv_searchable.place = ddlv_search_index.rowid
         CROSS JOIN ddlv_requests USING (handle)
         WHERE ddlv_search_index MATCH ?1 AND ddlv_search_index.rowid <= (
             SELECT place FROM ddlv_searchable WHERE handle = (
                 SELECT handle FROM ddlv_requests
                 WHERE (created_at, upper_half, handle) < (?2, ?3, ?4)
                 ORDER BY created_at DESC, upper_half DESC, handle DESC LIMIT 1))
         ORDER BY ddlv_search_index.rowid DESC LIMIT ?5",
    )?;
    let limit = rows::limit(limit);
    let mut found = statement.query(params![expression, created_at, handle < 0, handle, limit])?;
    while let Some(row) = found.next()?
        && read(row)?
    {}
    Ok(())
}

/// Builds the FTS5 expression of a query. Words consist of letters and digits and are quoted, so
/// none of them can act as an operator.
fn expression(query: &ListQuery) -> String {
    let keys = query.index_tokens().into_iter().map(|key| format!("\"{key}\""));
    let words = query.search.iter().flat_map(|search| search.words());
    let parts: Vec<_> = keys.chain(words.map(|word| format!("\"{word}\"*"))).collect();
    parts.join(" AND ")
}
