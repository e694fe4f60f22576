//! Adapters around the real ones: they yield before and after every effect, meet faults, and let
//! the checks see what takes effect.

mod blobs;
mod clock;
mod directory;
mod ledger;
mod notifier;
mod registry;

pub(crate) use blobs::SimulatedBlobs;
pub(crate) use clock::SimulatedClock;
pub(crate) use directory::SimulatedDirectory;
pub(crate) use ledger::SimulatedLedger;
pub(crate) use notifier::SimulatedNotifier;
pub(crate) use registry::SimulatedRegistry;
