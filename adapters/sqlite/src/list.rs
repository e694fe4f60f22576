use crate::error::Error;
use crate::{newest, rows, search};
use desktop_delivery::ledger::{DeliverySummary, ListQuery, Party};
use rusqlite::Connection;

/// Reads one page with the index that finds its rows directly.
pub(crate) fn page(
    connection: &Connection,
    query: &ListQuery,
) -> Result<Vec<DeliverySummary>, Error> {
    let mut page = Vec::new();
    if query.limit == 0 {
        return Ok(page);
    }
    if query.search.is_none() && !query.waiting {
        newest::read(connection, query, rows::limit(query.limit), |row| {
            page.push(rows::listed(row)?);
            Ok(true)
        })?;
        return Ok(page);
    }
    let Party::Patron(..) = query.party else { return search::page(connection, query) };
    // A patron has few requests, and the search index contains nothing about patrons.
    newest::read(connection, query, -1, |row| {
        let record = rows::record(row, 1)?;
        if query.matches(&record) {
            page.push(DeliverySummary::of(rows::to_handle(row.get(0)?), &record));
        }
        Ok(page.len() < query.limit)
    })?;
    Ok(page)
}
