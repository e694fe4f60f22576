//! Requests newest first, by the index for their party and status.

use crate::error::Error;
use crate::pool::Connections;
use crate::rows;
use crate::session::Parameter;
use desktop_delivery::ledger::{ListPosition, ListQuery, Party};
use tokio_postgres::Row;

/// Whose requests a search finds. The search index contains nothing about patrons.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SearchParty {
    Anyone,
    Requester,
    Supplier,
}

/// Reads the columns handle and record of requests, newest first, from the index for their party and
/// status.
pub(crate) async fn read(
    connections: &Connections,
    query: &ListQuery,
    after: Option<ListPosition>,
    limit: usize,
) -> Result<Vec<Row>, Error> {
    let statement = sql(&query.party, query.status.is_some());
    run(connections, query, after, limit, statement, None).await
}

/// Reads the columns handle, created_at and record of requests, newest first; the record only if
/// the request's search document matches `expression`, a `tsquery`. `party` is that of the query.
pub(crate) async fn search(
    connections: &Connections,
    query: &ListQuery,
    party: SearchParty,
    after: Option<ListPosition>,
    limit: usize,
    expression: &str,
) -> Result<Vec<Row>, Error> {
    let statement = search_sql(party, query.status.is_some());
    run(connections, query, after, limit, statement, Some(expression)).await
}

async fn run(
    connections: &Connections,
    query: &ListQuery,
    after: Option<ListPosition>,
    limit: usize,
    statement: &'static str,
    expression: Option<&str>,
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
    let filters = [&one, &two, &status, &expression];
    parameters.extend(filters.into_iter().flatten().map(|filter| filter as Parameter<'_>));
    connections.read(statement, &parameters).await
}

/// The statement of a list: its columns and, if it has a filter, the columns of the index before the
/// time.
///
/// The last equality column is written as a range comparison with the start of the page and as a
/// sort column, although it has only one value. Only the indexes made for the query have that
/// order. With plain equality and a sort by time, the planner may look for rows of a rare status by
/// reading all requests by time if its statistics overestimate how many there are. The columns
/// before it keep `=`, because an index scan stops at the lower bound of one column, not of several
/// together.
macro_rules! list {
    ($columns:expr) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM requests WHERE (created_at, handle) < ($1, $2)
            ORDER BY created_at DESC, handle DESC LIMIT $3"
        )
    };
    ($columns:expr, $equal:literal, $last:literal = $value:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM requests WHERE ",
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

/// The columns of a row of a list.
macro_rules! listed {
    () => {
        "handle, record"
    };
}

/// The columns of a row of a search by the `tsquery` in this parameter.
macro_rules! searched {
    ($query:literal) => {
        concat!(
            "handle, created_at, CASE WHEN (SELECT document @@ ",
            $query,
            "::text::tsquery FROM searchable WHERE searchable.handle = requests.handle)
                THEN record END"
        )
    };
}

/// The statement for a party, with or without a status.
const fn sql(party: &Party, has_status: bool) -> &'static str {
    match (party, has_status) {
        (Party::Anyone, false) => list!(listed!()),
        (Party::Anyone, true) => list!(listed!(), "", "status" = "$4"),
        (Party::Patron(..), false) => list!(listed!(), "requester = $4 AND ", "patron" = "$5"),
        (Party::Patron(..), true) => {
            list!(listed!(), "requester = $4 AND patron = $5 AND ", "status" = "$6")
        }
        (Party::Requester(_), false) => list!(listed!(), "", "requester" = "$4"),
        (Party::Requester(_), true) => {
            list!(listed!(), "requester = $4 AND ", "status" = "$5")
        }
        (Party::Supplier(_), false) => list!(listed!(), "", "supplier" = "$4"),
        (Party::Supplier(_), true) => list!(listed!(), "supplier = $4 AND ", "status" = "$5"),
    }
}

/// The statement of a search for a party, with or without a status.
const fn search_sql(party: SearchParty, has_status: bool) -> &'static str {
    match (party, has_status) {
        (SearchParty::Anyone, false) => list!(searched!("$4")),
        (SearchParty::Anyone, true) => list!(searched!("$5"), "", "status" = "$4"),
        (SearchParty::Requester, false) => list!(searched!("$5"), "", "requester" = "$4"),
        (SearchParty::Requester, true) => {
            list!(searched!("$6"), "requester = $4 AND ", "status" = "$5")
        }
        (SearchParty::Supplier, false) => list!(searched!("$5"), "", "supplier" = "$4"),
        (SearchParty::Supplier, true) => {
            list!(searched!("$6"), "supplier = $4 AND ", "status" = "$5")
        }
    }
}
