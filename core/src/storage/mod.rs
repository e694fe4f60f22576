//! What ledger adapters share.

pub(crate) mod index_tokens;
