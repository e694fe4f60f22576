#![doc = include_str!("../README.md")]

mod batch_state;
mod batcher;
mod clock;
mod commits;
mod error;
mod feed;
mod hook;
mod hook_options;
mod hook_runner;
mod ledger;
mod list;
mod loads;
mod location;
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
mod schema_name;
mod search;
mod session;
mod session_settings;
mod shared;
mod snapshots;
mod store;
mod tls;
mod transact;
mod writes;

pub use hook::PostgresHook;
pub use ledger::PostgresLedger;
pub use options::PostgresOptions;
pub use projections::PostgresProjections;
pub use registry::PostgresRegistry;
pub use store::PostgresStore;
