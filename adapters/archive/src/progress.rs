use std::sync::Arc;

/// Receives the progress of long work, for a progress progress. `()` ignores it.
pub trait Progress: Send + Sync {
    /// Sets the total amount of work as far as it is known; it may grow while work is done. Bytes in
    /// general, requests in [`each_delivery`](crate::each_delivery).
    fn set_total(&self, amount: u64);

    /// Adds to the amount of work that is done.
    fn advance(&self, amount: u64);
}

impl Progress for () {
    fn set_total(&self, _: u64) {}
    fn advance(&self, _: u64) {}
}

/// Shared with the streams and tasks that do the work.
pub(crate) type Bar = Arc<dyn Progress>;

/// For work that is not shown.
pub(crate) fn hidden() -> Bar {
    Arc::new(())
}
