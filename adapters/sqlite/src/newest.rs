//! Requests newest first, by the index for their party and status.

use crate::error::Error;
use crate::rows;
use desktop_delivery::ledger::{ListQuery, Party};
use rusqlite::{Connection, Row, ToSql};

/// Reads the columns handle and record of the party's requests with the status, newest first, until
/// `next` returns false or `limit` rows were read; a negative limit means all.
pub(crate) fn read(
    connection: &Connection,
    query: &ListQuery,
    limit: i64,
    mut next: impl FnMut(&Row<'_>) -> Result<bool, Error>,
) -> Result<(), Error> {
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
    while let Some(row) = found.next()?
        && next(row)?
    {}
    Ok(())
}

macro_rules! sql {
    ($filter:literal) => {
        concat!(
            "SELECT handle, record FROM ddlv_requests WHERE ",
            $filter,
            "(created_at, upper_half, handle) < (:created_at, :upper_half, :handle)
             ORDER BY created_at DESC, upper_half DESC, handle DESC LIMIT :limit"
        )
    };
}

/// The statement for a party, with or without a status.
const fn sql(party: &Party, has_status: bool) -> &'static str {
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
