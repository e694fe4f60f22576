use std::time::Instant;

/// Returns the monotonic time, for the age of recently loaded deliveries and for deadlines.
#[expect(clippy::disallowed_methods, reason = "no rule depends on it")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
