//! What ledgers share, so that every adapter stores and finds the same: the sum of charges, which
//! deliveries a list shows, what a search index keeps, and the rows of a change.
//!
//! Hosts need none of it; adapters of databases do.

mod charges;
mod index_tokens;
mod list_filter;
mod rows;

pub use charges::{ChargePlan, plan_charges};
pub use rows::{
    ChangeRows, CommitRow, EventRow, RecordRow, RowError, RowFormat, SnapshotRows, search_document,
};
