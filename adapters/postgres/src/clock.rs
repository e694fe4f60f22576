use std::time::Instant;

/// Returns the monotonic time that determines the age of recently loaded deliveries.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
