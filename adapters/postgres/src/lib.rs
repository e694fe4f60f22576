#![doc = include_str!("../README.md")]

mod batch_state;
mod batcher;
mod clock;
mod commits;
mod error;
mod feed;
mod ledger;
mod list;
mod loads;
mod newest;
mod options;
mod plain;
#[cfg(test)]
mod plans;
mod pool;
mod pooler;
mod prepared;
mod projections;
mod recent;
mod registry;
mod rows;
mod schema;
mod search;
mod shared;
mod snapshots;
mod store;
mod tls;
mod transact;
mod writes;

pub use ledger::PostgresLedger;
pub use options::PostgresOptions;
pub use projections::PostgresProjections;
pub use registry::PostgresRegistry;
pub use store::PostgresStore;
