use crate::error::Error;
use crate::pool::Connections;
use crate::rows;
use desktop_delivery::{Body, ListQuery, Listed, Party};
use std::fmt::Write;

/// Stands in the documents of requests that wait for their supplier.
const WAITING: &str = "_w";

/// What the index keeps of a request: its words, and what lists are filtered by, apart by spaces.
pub(crate) fn document(body: &Body) -> String {
    let facts = &body.facts;
    let mut document = key('r', facts.requester.as_str());
    let keys = [key('s', facts.supplier.as_str()), key('t', body.status.as_str())];
    let waiting = body.waits_for_supplier().then(|| WAITING.to_owned());
    for token in keys.into_iter().chain(waiting).chain(facts.search_words()) {
        document.push(' ');
        document.push_str(&token);
    }
    document
}

/// A lexeme that is one whatever the text holds, and that no word is.
fn key(kind: char, text: &str) -> String {
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

/// What is looked for, in the language of `tsquery`. Words are letters and digits, so that none of
/// them means anything there within its quotes.
fn expression(query: &ListQuery) -> String {
    let party = match &query.party {
        // A patron has few requests and none of the index's lexemes: see `list`.
        Party::Anyone | Party::Patron(..) => None,
        Party::Requester(agency) => Some(key('r', agency.as_str())),
        Party::Supplier(agency) => Some(key('s', agency.as_str())),
    };
    let waiting = query.waiting.then(|| WAITING.to_owned());
    let status = query.status.map(|status| key('t', status.as_str()));
    let keys = waiting.into_iter().chain(party).chain(status).map(|key| format!("'{key}'"));
    let words = query.search.iter().flat_map(|search| search.words());
    let parts: Vec<_> = keys.chain(words.map(|word| format!("'{word}':*"))).collect();
    parts.join(" & ")
}
