use crate::model::timestamp::Timestamp;
use std::fmt::Debug;
use std::sync::atomic::{AtomicI64, Ordering};

/// The source of the current time. No other part of the library reads a clock.
pub trait Clock: Debug + Send + Sync {
    /// Returns the current instant.
    fn now(&self) -> Timestamp;
}

/// The system clock.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing to hold")]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        time::OffsetDateTime::now_utc().into()
    }
}

/// A clock that stands still until it is set, for tests and demonstrations.
///
/// # Example
/// ```
/// # use desktop_delivery::{Clock, Timestamp};
/// # use desktop_delivery::time::ManualClock;
/// let clock = ManualClock::at(Timestamp::from_seconds(1_795_466_792));
/// clock.advance(2 * 3_600);
/// assert_eq!(clock.now().to_string(), "2026-11-23T22:46:32Z");
/// ```
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Creates a clock that shows `now`.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_seconds()))
    }

    /// Sets the clock to `now`, forward or back.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_seconds(), Ordering::SeqCst);
    }

    /// Moves the clock by this many seconds.
    pub fn advance(&self, seconds: i64) {
        self.set(self.now().plus_seconds(seconds));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::SeqCst))
    }
}
