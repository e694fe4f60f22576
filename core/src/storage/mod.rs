//! What ledger adapters share.

pub(crate) mod index_tokens;
pub(crate) mod listed_body;

pub use listed_body::ListedBody;
