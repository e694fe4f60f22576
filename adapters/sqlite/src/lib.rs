#![doc = include_str!("../README.md")]

mod backup;
mod charges;
mod check;
mod checkpointer;
mod clock;
mod commit;
mod connection;
mod error;
mod feed;
mod file_sync;
mod history;
mod hook;
mod hook_guard;
mod hook_runner;
mod ledger;
mod list;
mod newest;
mod one_time;
mod options;
mod outbox;
mod place;
#[cfg(test)]
mod plans;
mod prepared;
mod projections;
mod readers;
mod registry;
mod rows;
mod schema;
mod search;
mod sequence;
mod shared;
mod snapshots;
mod store;
mod writer;

pub use hook::SqliteHook;
pub use ledger::SqliteLedger;
pub use options::SqliteOptions;
pub use projections::SqliteProjections;
pub use registry::SqliteRegistry;
pub use store::SqliteStore;
