use crate::model::delivery::DeliveryRecord;
use crate::ports::change::{ListQuery, Party};
use std::fmt::Write as _;

/// Stands for requests that wait for their supplier, alone and before either agency's token: what waits
/// for one library is then found without a look at the rest of what it has.
const WAITING: &str = "_w";

impl DeliveryRecord {
    /// The tokens that an index of words keeps beside [`Facts::search_words`](crate::Facts::search_words),
    /// so that what lists are filtered by is found in it too: of requester, supplier and status, in this
    /// order, and of waiting. No word begins as they do, with `_`; they are ASCII letters and digits else.
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
    /// The tokens that the search index keeps of every delivery listed, besides the words searched for:
    /// those of the party, the status and [`waiting`](Self::waiting). A patron has none, because a
    /// patron has few requests.
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

/// A token that is one whatever the text holds, and that no word is.
fn token(kind: &str, text: &str) -> String {
    text.bytes().fold(format!("_{kind}"), |mut token, byte| {
        // Writing to a string cannot fail.
        let _ok = write!(token, "{byte:02x}");
        token
    })
}
