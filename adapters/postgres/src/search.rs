use crate::error::Error;
use crate::pool::Connections;
use crate::rows;
use desktop_delivery::ledger::{DeliverySummary, ListQuery};
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

/// Reads one page of search results, newest first.
pub(crate) async fn page(
    connections: &Connections,
    query: &ListQuery,
) -> Result<Vec<DeliverySummary>, Error> {
    let (created_at, handle) = rows::bound(query.after);
    let (handle, limit) = (&handle[..], rows::limit(query.limit));
    let found = connections.read(PAGE, &[&expression(query), &created_at, &handle, &limit]).await?;
    found.iter().map(rows::listed).collect()
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
