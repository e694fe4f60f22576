use crate::model::delivery::DeliveryRecord;
use crate::ports::change::{ListQuery, Party};
use std::fmt::Write as _;

/// Marks requests that are waiting for their supplier; used alone and as a prefix of either
/// agency's token. A library's waiting requests are thus found without reading its other requests.
const WAITING: &str = "_w";

impl DeliveryRecord {
    /// Returns the tokens that the search index stores beside
    /// [`Facts::search_words`](crate::Facts::search_words), so that lists can be filtered by the
    /// index: those of requester, supplier and status, in this order, and those of waiting
    /// requests. They begin with `_`, as no word does, and otherwise consist of ASCII letters and
    /// digits.
    pub(super) fn index_tokens(&self) -> Vec<String> {
        let (requester, supplier) = (self.facts.requester.as_str(), self.facts.supplier.as_str());
        let mut tokens =
            vec![token("r", requester), token("s", supplier), token("t", self.status.as_str())];
        if self.waits_for_supplier() {
            tokens.extend([WAITING.into(), token("wr", requester), token("ws", supplier)]);
        }
        tokens
    }
}

impl ListQuery {
    /// Returns the tokens that the search index stores for every delivery in the list, besides the
    /// search words: those of the party, the status and [`waiting`](Self::waiting). A patron has no
    /// token, because a patron has few requests.
    #[must_use]
    pub fn index_tokens(&self) -> Vec<String> {
        let party = match (&self.party, self.waiting) {
            (Party::Anyone | Party::Patron(..), false) => None,
            (Party::Anyone | Party::Patron(..), true) => Some(WAITING.to_owned()),
            (Party::Requester(agency), false) => Some(token("r", agency.as_str())),
            (Party::Requester(agency), true) => Some(token("wr", agency.as_str())),
            (Party::Supplier(agency), false) => Some(token("s", agency.as_str())),
            (Party::Supplier(agency), true) => Some(token("ws", agency.as_str())),
        };
        let status = self.status.map(|status| token("t", status.as_str()));
        party.into_iter().chain(status).collect()
    }
}

/// Returns a token that is a single word for any text, and that no search word equals.
fn token(kind: &str, text: &str) -> String {
    text.bytes().fold(format!("_{kind}"), |mut token, byte| {
        // Writing to a string cannot fail.
        let _ok = write!(token, "{byte:02x}");
        token
    })
}
