//! What ledger adapters share.

pub(crate) mod delivery_summary_row;
pub(crate) mod index_tokens;

pub use delivery_summary_row::DeliverySummaryRow;
