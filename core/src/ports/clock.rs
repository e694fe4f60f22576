use crate::model::timestamp::Timestamp;
use std::fmt::Debug;
use std::sync::atomic::{AtomicI64, Ordering};

/// Tells the time; the one place from which it comes.
pub trait Clock: Debug + Send + Sync {
    /// The current instant.
    fn now(&self) -> Timestamp;
}

/// Reads the system's clock.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing to hold")]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        time::OffsetDateTime::now_utc().into()
    }
}

/// Stands still until it is set: for tests and demonstrations.
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
    /// Stands at `now`.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_seconds()))
    }

    /// Goes to `now`, forward or back.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_seconds(), Ordering::SeqCst);
    }

    /// Goes this many seconds on.
    pub fn advance(&self, seconds: i64) {
        self.set(self.now().plus_seconds(seconds));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::SeqCst))
    }
}
