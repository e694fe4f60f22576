use std::sync::atomic::{AtomicU32, Ordering};

/// Returns a folder of the store that no other test uses.
pub(crate) fn fresh() -> String {
    static ROOTS: AtomicU32 = AtomicU32::new(0);
    format!("/root-{}", ROOTS.fetch_add(1, Ordering::Relaxed))
}
