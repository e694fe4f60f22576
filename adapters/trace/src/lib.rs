#![doc = include_str!("../README.md")]

mod blob_store;
mod ledger;
mod others;
mod outcome;

/// An adapter whose calls run in spans. The crate's documentation lists them.
///
/// # Example
/// ```
/// use desktop_delivery::{Ledger, memory::MemoryLedger};
/// use desktop_delivery_trace::Traced;
/// use std::sync::Arc;
///
/// let ledger: Arc<dyn Ledger> = Arc::new(Traced::new(Arc::new(MemoryLedger::new())));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Traced<T>(T);

impl<T> Traced<T> {
    /// Wraps an adapter.
    #[must_use]
    pub const fn new(adapter: T) -> Self {
        Self(adapter)
    }
}
