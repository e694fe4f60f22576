use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of a store that nobody else uses.
pub(crate) fn fresh() -> String {
    static ROOTS: AtomicU32 = AtomicU32::new(0);
    format!("/root-{}", ROOTS.fetch_add(1, Ordering::Relaxed))
}
