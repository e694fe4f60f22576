use std::time::Instant;

/// Returns the monotonic time that determines the age of recently loaded deliveries.
#[expect(clippy::disallowed_methods, reason = "it ages a cache; no rule depends on it")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
