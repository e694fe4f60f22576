use crate::error::Error;
use crate::newest::SearchParty;
use crate::pool::Connections;
use crate::{newest, rows, search};
use desktop_delivery::ledger::{DeliverySummary, ListPosition, ListQuery, Party};

/// The number of a patron's requests that are read at once.
const CHUNK: usize = 200;

/// Reads one page with the index that finds its rows directly.
pub(crate) async fn page(
    connections: &Connections,
    query: &ListQuery,
) -> Result<Vec<DeliverySummary>, Error> {
    if query.search.is_none() && !query.waiting {
        let found = newest::read(connections, query, query.after, query.limit).await?;
        return found.iter().map(rows::listed).collect();
    }
    let party = match query.party {
        Party::Anyone => SearchParty::Anyone,
        Party::Patron(..) => return filter_patron(connections, query).await,
        Party::Requester(_) => SearchParty::Requester,
        Party::Supplier(_) => SearchParty::Supplier,
    };
    search::page(connections, query, party).await
}

/// Filters the requests of a patron row by row: there are few, and the search index contains
/// nothing about patrons.
async fn filter_patron(
    connections: &Connections,
    query: &ListQuery,
) -> Result<Vec<DeliverySummary>, Error> {
    let (mut after, mut page) = (query.after, Vec::new());
    loop {
        let found = newest::read(connections, query, after, CHUNK).await?;
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
