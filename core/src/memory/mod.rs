//! Adapters that keep everything in memory, for tests, examples and trying things out.
//!
//! They keep every promise of their traits but one: nothing survives the process. No lock is held
//! over an await, and a call does all its work in one poll or none.

mod counters;
mod faults;
mod list_index;
mod memory_blob_store;
mod memory_directory;
mod memory_ledger;
mod memory_registry;
mod outbox;
mod recording_notifier;

pub use memory_blob_store::MemoryBlobStore;
pub use memory_directory::MemoryDirectory;
pub use memory_ledger::MemoryLedger;
pub use memory_registry::MemoryRegistry;
pub use recording_notifier::RecordingNotifier;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks; a caller that panicked elsewhere leaves nothing half done here, so its poison is ignored.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
