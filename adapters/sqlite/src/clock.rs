use std::time::Instant;

/// Returns the time by which recently loaded deliveries are aged.
#[expect(clippy::disallowed_methods, reason = "it ages a cache; no rule depends on it")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
