use crate::error::Error;
use crate::pool::Connections;
use crate::rows;
use desktop_delivery::{Body, ListQuery, Listed, Party};
use std::fmt::Write;

/// Stands in the documents of requests that wait for their supplier, alone and before either agency's
/// lexeme: what waits for one library is then found without a look at the rest of what it has.
const WAITING: &str = "_w";

/// How many characters a beginning has that stands in the documents beside its words.
const BEGINNING: usize = 4;

/// What the index keeps of a request: its words, their beginnings, and what lists are filtered by, apart
/// by spaces.
pub(crate) fn document(body: &Body) -> String {
    let facts = &body.facts;
    let words = facts.search_words();
    let mut beginnings: Vec<String> = words.iter().filter_map(|word| beginning(word)).collect();
    // Words come in their order, so that those of one beginning are neighbors.
    beginnings.dedup();
    let (requester, supplier) = (facts.requester.as_str(), facts.supplier.as_str());
    let mut document = key("r", requester);
    let keys = [key("s", supplier), key("t", body.status.as_str())];
    let waiting = [WAITING.into(), key("wr", requester), key("ws", supplier)];
    let waiting = waiting.into_iter().filter(|_| body.waits_for_supplier());
    for token in keys.into_iter().chain(waiting).chain(words).chain(beginnings) {
        document.push(' ');
        document.push_str(&token);
    }
    document
}

/// The lexeme of the beginning of a word that has one.
fn beginning(word: &str) -> Option<String> {
    let (last, character) = word.char_indices().nth(BEGINNING - 1)?;
    let end = last + character.len_utf8();
    Some(format!("_p{}", &word[..end]))
}

/// A lexeme that is one whatever the text holds, and that no word is.
fn key(kind: &str, text: &str) -> String {
    text.bytes().fold(format!("_{kind}"), |mut key, byte| {
        // Writing to a string cannot fail.
        let _ok = write!(key, "{byte:02x}");
        key
    })
}

/// The place where the page goes on is told before the join, so that only its own bodies are read.
const PAGE: &str = "SELECT handle, (SELECT body FROM requests WHERE requests.handle = found.handle)
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
) -> Result<Vec<Listed>, Error> {
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
    let party = match (&query.party, query.waiting) {
        // A patron has few requests and none of the index's lexemes: see `list`.
        (Party::Anyone | Party::Patron(..), false) => None,
        (Party::Anyone | Party::Patron(..), true) => Some(WAITING.to_owned()),
        (Party::Requester(agency), false) => Some(key("r", agency.as_str())),
        (Party::Requester(agency), true) => Some(key("wr", agency.as_str())),
        (Party::Supplier(agency), false) => Some(key("s", agency.as_str())),
        (Party::Supplier(agency), true) => Some(key("ws", agency.as_str())),
    };
    let status = query.status.map(|status| key("t", status.as_str()));
    let keys = party.into_iter().chain(status).map(|key| format!("'{key}'"));
    let words = query.search.iter().flat_map(|search| search.words());
    let parts: Vec<_> = keys.chain(words.map(begun)).collect();
    parts.join(" & ")
}
