//! A deterministic simulator of desktop delivery.
//!
//! Several [`Desk`](desktop_delivery::Desk)s on one ledger, blob store, registry, directory and
//! notifier run random operations under random faults, one poll at a time, in an order drawn from
//! a seed. The same seed yields the same run. Everything that takes effect is compared with a
//! reference model that has its own idea of the rules, and with a reference ledger. A run that
//! contradicts either is shrunk to a short trace.

mod backend;
mod choices;
mod coverage;
mod draw;
mod fault;
mod model;
pub mod mutations;
mod operation;
mod operations;
mod plan;
mod reference;
mod run;
mod scheduler;
mod settle;
mod shared;
mod shrink;
mod simulation;
mod stores;
mod trace;
mod violation;
mod world;

pub use backend::Backend;
pub use coverage::Coverage;
pub use plan::{Plan, Step};
pub use run::{Report, run};
pub use shrink::shrink;
pub use trace::digest;
pub use violation::Violation;

/// The number of steps of a run: at least 500.
pub const STEPS: u32 = 500;

/// Returns the methods of `Desk` that some operation calls.
#[must_use]
pub fn called_methods() -> std::collections::BTreeSet<&'static str> {
    operations::all().flat_map(|operation| operation.methods).copied().collect()
}
