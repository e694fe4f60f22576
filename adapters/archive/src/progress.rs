use std::sync::Arc;

/// Receives the progress of long work, for example for a progress bar. `()` ignores it.
pub trait Progress: Send + Sync {
    /// Sets the total amount of work as far as it is known; it may grow during the work. The unit
    /// is bytes, or requests in [`count_working_links`](crate::count_working_links).
    fn set_total(&self, amount: u64);

    /// Adds to the amount of work done.
    fn advance(&self, amount: u64);
}

impl Progress for () {
    fn set_total(&self, _: u64) {}
    fn advance(&self, _: u64) {}
}

/// A shared progress, for streams and tasks.
pub(crate) type SharedProgress = Arc<dyn Progress>;

/// Returns a progress that ignores everything.
pub(crate) fn hidden() -> SharedProgress {
    Arc::new(())
}
