//! Logic shared by the ledgers, so that every adapter stores and finds the same: the sums of
//! charges, list filters, search index contents, how a search reads a list, the rows of a change,
//! what a commit hook receives, and recently loaded deliveries.
//!
//! Hosts do not need this module; database adapters do.

mod charges;
mod hooked_change;
mod index_tokens;
mod list_filter;
mod newest_first;
mod recent_deliveries;
mod rows;

pub use charges::{ChargePlan, plan_charges};
pub use hooked_change::{HookedChange, HookedRequest};
pub use newest_first::{DocumentFilter, NewestFirst};
pub use recent_deliveries::{RecentDeliveries, Successor};
pub use rows::{
    ChangeRows, CommitRow, EventRow, RecordRow, RowError, RowFormat, SnapshotRows, search_document,
};
