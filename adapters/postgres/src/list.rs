use crate::error::Error;
use crate::pool::{Connections, Parameter};
use crate::{rows, search};
use desktop_delivery::ledger::{DeliverySummary, ListPosition, ListQuery, Party};
use tokio_postgres::Row;

/// The number of a patron's requests that are read at once.
const CHUNK: usize = 200;

/// Reads one page with the index that finds its rows directly.
pub(crate) async fn page(
    connections: &Connections,
    query: &ListQuery,
) -> Result<Vec<DeliverySummary>, Error> {
    if query.search.is_none() && !query.waiting {
        let found = read_page(connections, query, query.after, query.limit).await?;
        return found.iter().map(rows::listed).collect();
    }
    match query.party {
        Party::Patron(..) => filter_patron(connections, query).await,
        _ => search::page(connections, query).await,
    }
}

/// Filters the requests of a patron row by row: there are few, and the search index contains
/// nothing about patrons.
async fn filter_patron(
    connections: &Connections,
    query: &ListQuery,
) -> Result<Vec<DeliverySummary>, Error> {
    let (mut after, mut page) = (query.after, Vec::new());
    loop {
        let found = read_page(connections, query, after, CHUNK).await?;
        for row in &found {
            let (handle, record) = (rows::handle(row, 0)?, rows::record(row, 1)?);
            after = Some(ListPosition { created_at: record.created_at, handle });
            if query.matches(&record) {
                page.push(DeliverySummary::of(handle, &record));
            }
            if page.len() == query.limit {
                return Ok(page);
            }
        }
        if found.len() < CHUNK {
            return Ok(page);
        }
    }
}

/// Reads rows from the index for the party and status.
async fn read_page(
    connections: &Connections,
    query: &ListQuery,
    after: Option<ListPosition>,
    limit: usize,
) -> Result<Vec<Row>, Error> {
    let (created_at, handle) = rows::bound(after);
    let (handle, limit) = (&handle[..], rows::limit(limit));
    let status = query.status.map(|status| status.as_str());
    let (one, two) = match &query.party {
        Party::Anyone => (None, None),
        Party::Patron(requester, patron) => (Some(requester.as_str()), Some(patron.as_str())),
        Party::Requester(agency) | Party::Supplier(agency) => (Some(agency.as_str()), None),
    };
    let mut parameters: Vec<Parameter<'_>> = vec![&created_at, &handle, &limit];
    let filters = [&one, &two, &status];
    parameters.extend(filters.into_iter().flatten().map(|filter| filter as Parameter<'_>));
    connections.read(sql(&query.party, query.status.is_some()), &parameters).await
}

/// The last equality column is written as a range comparison with the start of the page and as a
/// sort column, although it has only one value. Only the indexes made for the query have that
/// order. With plain equality and a sort by time, the planner may look for rows of a rare status by
/// reading all requests by time if its statistics overestimate how many there are. The columns
/// before it keep `=`, because an index scan stops at the lower bound of one column, not of several
/// together.
macro_rules! sql {
    ($equal:literal, $last:literal = $value:literal) => {
        concat!(
            "SELECT handle, record FROM requests WHERE ",
            $equal,
            "(",
            $last,
            ", created_at, handle) < (",
            $value,
            ", $1, $2) AND ",
            $last,
            " >= ",
            $value,
            " ORDER BY ",
            $last,
            " DESC, created_at DESC, handle DESC LIMIT $3"
        )
    };
}

/// The statement for a party, with or without a status.
const fn sql(party: &Party, has_status: bool) -> &'static str {
    match (party, has_status) {
        (Party::Anyone, false) => {
            "SELECT handle, record FROM requests WHERE (created_at, handle) < ($1, $2) \
             ORDER BY created_at DESC, handle DESC LIMIT $3"
        }
        (Party::Anyone, true) => sql!("", "status" = "$4"),
        (Party::Patron(..), false) => sql!("requester = $4 AND ", "patron" = "$5"),
        (Party::Patron(..), true) => {
            sql!("requester = $4 AND patron = $5 AND ", "status" = "$6")
        }
        (Party::Requester(_), false) => sql!("", "requester" = "$4"),
        (Party::Requester(_), true) => sql!("requester = $4 AND ", "status" = "$5"),
        (Party::Supplier(_), false) => sql!("", "supplier" = "$4"),
        (Party::Supplier(_), true) => sql!("supplier = $4 AND ", "status" = "$5"),
    }
}
