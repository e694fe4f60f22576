use crate::error::Error;
use crate::{rows, search};
use desktop_delivery::ledger::{DeliverySummary, ListQuery, Party};
use rusqlite::{Connection, Row, ToSql};

/// Reads one page with the index that finds its rows directly.
pub(crate) fn page(
    connection: &Connection,
    query: &ListQuery,
) -> Result<Vec<DeliverySummary>, Error> {
    if query.search.is_none() && !query.waiting {
        let limit = rows::limit(query.limit);
        return read_page(connection, query, limit, |row| rows::listed(row).map(Some));
    }
    let Party::Patron(..) = query.party else { return search::page(connection, query) };
    // A patron has few requests, and the search index contains nothing about patrons.
    read_page(connection, query, -1, |row| {
        let record = rows::record(row, 1)?;
        let handle = rows::to_handle(row.get(0)?);
        Ok(query.matches(&record).then(|| DeliverySummary::of(handle, &record)))
    })
}

/// Reads rows from the index for the party and status until the page is full or `limit` rows were
/// read; a negative limit means all.
fn read_page(
    connection: &Connection,
    query: &ListQuery,
    limit: i64,
    shown: impl Fn(&Row<'_>) -> Result<Option<DeliverySummary>, Error>,
) -> Result<Vec<DeliverySummary>, Error> {
    let (created_at, handle) = rows::bound(query.after);
    let upper_half = handle < 0;
    let status = query.status.map(|status| status.as_str());
    let (one, two): (&str, &str) = match &query.party {
        Party::Anyone => ("", ""),
        Party::Patron(requester, patron) => (requester.as_str(), patron.as_str()),
        Party::Requester(agency) | Party::Supplier(agency) => (agency.as_str(), ""),
    };
    let all: [(&str, &dyn ToSql); 7] = [
        (":created_at", &created_at),
        (":upper_half", &upper_half),
        (":handle", &handle),
        (":limit", &limit),
        (":status", &status),
        (":one", &one),
        (":two", &two),
    ];
    let sql = sql(&query.party, query.status.is_some());
    let used: Vec<_> = all.into_iter().filter(|(name, _)| sql.contains(name)).collect();
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query(&*used)?;
    let mut page = Vec::new();
    while page.len() < query.limit
        && let Some(row) = found.next()?
    {
        page.extend(shown(row)?);
    }
    Ok(page)
}

macro_rules! sql {
    ($filter:literal) => {
        concat!(
            "SELECT handle, record FROM requests WHERE ",
            $filter,
            "(created_at, upper_half, handle) < (:created_at, :upper_half, :handle)
             ORDER BY created_at DESC, upper_half DESC, handle DESC LIMIT :limit"
        )
    };
}

/// The statement for a party, with or without a status.
pub(crate) const fn sql(party: &Party, has_status: bool) -> &'static str {
    match (party, has_status) {
        (Party::Anyone, false) => sql!(""),
        (Party::Anyone, true) => sql!("status = :status AND "),
        (Party::Patron(..), false) => sql!("requester = :one AND patron = :two AND "),
        (Party::Patron(..), true) => {
            sql!("requester = :one AND patron = :two AND status = :status AND ")
        }
        (Party::Requester(_), false) => sql!("requester = :one AND "),
        (Party::Requester(_), true) => sql!("requester = :one AND status = :status AND "),
        (Party::Supplier(_), false) => sql!("supplier = :one AND "),
        (Party::Supplier(_), true) => sql!("supplier = :one AND status = :status AND "),
    }
}
