use crate::error::Error;
use crate::newest::SearchParty;
use crate::pool::Connections;
use crate::{newest, rows};
use desktop_delivery::Timestamp;
use desktop_delivery::ledger::{DeliverySummary, ListPosition, ListQuery};
use desktop_delivery::storage::NewestFirst;
use std::collections::BTreeSet;

/// The length in characters of the prefixes that documents hold besides their words.
const PREFIX_LENGTH: usize = 4;

/// Returns the search document of a request: its filter tokens, words and word prefixes, separated
/// by spaces.
pub(crate) fn document(mut tokens: Vec<String>, words: BTreeSet<String>) -> String {
    let mut prefixes: Vec<String> = words.iter().filter_map(|word| prefix(word)).collect();
    // Words are sorted, so words with the same prefix are adjacent.
    prefixes.dedup();
    tokens.extend(words);
    tokens.extend(prefixes);
    tokens.join(" ")
}

/// Returns the prefix lexeme of a word that is long enough.
fn prefix(word: &str) -> Option<String> {
    let (last, character) = word.char_indices().nth(PREFIX_LENGTH - 1)?;
    let end = last + character.len_utf8();
    Some(format!("_p{}", &word[..end]))
}

/// The start of the page restricts the rows before the join, so that only records of the page are
/// read.
const PAGE: &str =
    "SELECT handle, (SELECT record FROM requests WHERE requests.handle = found.handle)
    FROM (
        SELECT handle, created_at FROM searchable
        WHERE document @@ $1::text::tsquery AND (created_at, handle) < ($2, $3)
        ORDER BY created_at DESC, handle DESC LIMIT $4
    ) AS found
    ORDER BY created_at DESC, handle DESC";

/// Reads one page of search results or of waiting requests, newest first.
pub(crate) async fn page(
    connections: &Connections,
    query: &ListQuery,
    party: SearchParty,
) -> Result<Vec<DeliverySummary>, Error> {
    let expression = expression(query);
    if query.search.is_some()
        && let Some(page) = newest_page(connections, query, party, &expression).await?
    {
        return Ok(page);
    }
    let (created_at, handle) = rows::bound(query.after);
    let (handle, limit) = (&handle[..], rows::limit(query.limit));
    let found = connections.read(PAGE, &[&expression, &created_at, &handle, &limit]).await?;
    found.iter().map(rows::listed).collect()
}

/// Reads the page of a search from the newest requests of the list. Returns `None` if too few of
/// them match.
async fn newest_page(
    connections: &Connections,
    query: &ListQuery,
    party: SearchParty,
    expression: &str,
) -> Result<Option<Vec<DeliverySummary>>, Error> {
    let (mut after, mut page, mut progress) = (query.after, Vec::new(), NewestFirst::default());
    while page.len() < query.limit && progress.pays() {
        let read = newest::search(connections, query, party, after, NewestFirst::FIRST, expression);
        let found = read.await?;
        for row in &found {
            let handle = rows::handle(row, 0)?;
            let created_at = Timestamp::from_seconds(rows::field(row, 1)?);
            after = Some(ListPosition { created_at, handle });
            let record = rows::optional_record(row, 2)?;
            progress.count(record.is_some());
            page.extend(record.map(|record| DeliverySummary::of(handle, &record)));
        }
        if found.len() < NewestFirst::FIRST {
            page.truncate(query.limit);
            return Ok(Some(page));
        }
    }
    let is_full = page.len() >= query.limit;
    page.truncate(query.limit);
    Ok(is_full.then_some(page))
}

/// Returns the term that finds words beginning with `word`. A prefix lexeme, if there is one, lets
/// the index intersect its requests with those of rarer words; a prefix search would first have to
/// collect the requests of every word with that prefix.
fn prefix_term(word: &String) -> String {
    match prefix(word) {
        Some(whole) if word.chars().count() == PREFIX_LENGTH => format!("'{whole}'"),
        _ => format!("'{word}':*"),
    }
}

/// Builds the `tsquery` of a query. Words consist of letters and digits and are quoted, so none of
/// them can act as an operator.
fn expression(query: &ListQuery) -> String {
    let keys = query.index_tokens().into_iter().map(|key| format!("'{key}'"));
    let words = query.search.iter().flat_map(|search| search.words());
    let parts: Vec<_> = keys.chain(words.map(prefix_term)).collect();
    parts.join(" & ")
}
