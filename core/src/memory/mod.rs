//! Adapters that store everything in memory, for tests, examples and evaluation.
//!
//! They provide all guarantees of their traits except durability. No lock is held across an await,
//! and each call does all its work in one poll.

mod counters;
mod faults;
mod feed;
mod list_index;
mod memory_blob_store;
mod memory_directory;
mod memory_ledger;
mod memory_projections;
mod memory_registry;
mod outbox;
mod recording_notifier;

pub use memory_blob_store::MemoryBlobStore;
pub use memory_directory::MemoryDirectory;
pub use memory_ledger::MemoryLedger;
pub use memory_projections::MemoryProjections;
pub use memory_registry::MemoryRegistry;
pub use recording_notifier::RecordingNotifier;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex. Poison is ignored because no critical section can be interrupted half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
