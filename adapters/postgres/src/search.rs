use crate::error::Error;
use crate::pool::Connections;
use crate::rows;
use desktop_delivery::ledger::{DeliverySummary, ListQuery};
use std::collections::BTreeSet;

/// How many characters a beginning has that stands in the documents beside its words.
const BEGINNING: usize = 4;

/// What the index keeps of a request: what lists are filtered by, its words, and their beginnings, apart
/// by spaces.
pub(crate) fn document(mut tokens: Vec<String>, words: BTreeSet<String>) -> String {
    let mut beginnings: Vec<String> = words.iter().filter_map(|word| beginning(word)).collect();
    // Words come in their order, so that those of one beginning are neighbors.
    beginnings.dedup();
    tokens.extend(words);
    tokens.extend(beginnings);
    tokens.join(" ")
}

/// The lexeme of the beginning of a word that has one.
fn beginning(word: &str) -> Option<String> {
    let (last, character) = word.char_indices().nth(BEGINNING - 1)?;
    let end = last + character.len_utf8();
    Some(format!("_p{}", &word[..end]))
}

/// The place where the page goes on is told before the join, so that only its own records are read.
const PAGE: &str =
    "SELECT handle, (SELECT record FROM requests WHERE requests.handle = found.handle)
    FROM (
        SELECT handle, created_at FROM searchable
        WHERE document @@ $1::text::tsquery AND (created_at, handle) < ($2, $3)
        ORDER BY created_at DESC, handle DESC LIMIT $4
    ) AS found
    ORDER BY created_at DESC, handle DESC";

/// Reads one page of what is searched for or waits, newest first.
pub(crate) async fn page(
    connections: &Connections,
    query: &ListQuery,
) -> Result<Vec<DeliverySummary>, Error> {
    let (created_at, handle) = rows::bound(query.after);
    let (handle, limit) = (&handle[..], rows::limit(query.limit));
    let found = connections.read(PAGE, &[&expression(query), &created_at, &handle, &limit]).await?;
    found.iter().map(rows::listed).collect()
}

/// A word to look for as the beginning of words. Where a lexeme stands for just that beginning, the index
/// goes through the requests that have it beside those of rarer words; the requests of all words that begin
/// so, it would have to gather first.
fn begun(word: &String) -> String {
    match beginning(word) {
        Some(whole) if word.chars().count() == BEGINNING => format!("'{whole}'"),
        _ => format!("'{word}':*"),
    }
}

/// What is looked for, in the language of `tsquery`. Words are letters and digits, so that none of
/// them means anything there within its quotes.
fn expression(query: &ListQuery) -> String {
    let keys = query.index_tokens().into_iter().map(|key| format!("'{key}'"));
    let words = query.search.iter().flat_map(|search| search.words());
    let parts: Vec<_> = keys.chain(words.map(begun)).collect();
    parts.join(" & ")
}
