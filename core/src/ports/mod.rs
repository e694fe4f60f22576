//! The traits that adapters implement, and the values that they exchange with the desk.

pub(crate) mod blob_store;
pub(crate) mod byte_channel;
pub(crate) mod change;
pub(crate) mod clock;
pub(crate) mod direct;
pub(crate) mod directory;
pub(crate) mod entropy;
pub(crate) mod feed;
mod forward;
pub(crate) mod hook;
pub(crate) mod inspector;
pub(crate) mod ledger;
pub(crate) mod ledger_snapshot;
pub(crate) mod list_position;
pub(crate) mod notifier;
pub(crate) mod notify_error;
pub(crate) mod projections;
pub(crate) mod registry;
pub(crate) mod store_error;

pub use notify_error::NotifyError;
pub use store_error::{StoreError, StoreErrorKind};
