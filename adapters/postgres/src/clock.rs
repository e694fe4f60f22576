use std::time::Instant;

/// Returns the time by which recently loaded deliveries are aged.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
