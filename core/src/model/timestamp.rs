use serde::{Deserialize, Serialize};
use std::fmt;
use time::OffsetDateTime;

/// How far the clocks of the processes on one ledger may be apart, in seconds.
pub const MAX_CLOCK_SKEW_SECONDS: i64 = 30;

/// An instant in whole seconds since 1970-01-01T00:00:00Z, not counting leap seconds.
///
/// Whole seconds suffice for terms, tickets and the history, and fit the token's four bytes until
/// the year 2106.
///
/// # Example
/// ```
/// # use desktop_delivery::Timestamp;
/// let midnight = time::OffsetDateTime::from_unix_timestamp(1_795_478_400)?;
/// assert_eq!(Timestamp::from(midnight).to_string(), "2026-11-24T00:00:00Z");
/// assert_eq!(Timestamp::from(midnight).plus_days(1).seconds_since(midnight.into()), 86_400);
/// # Ok::<(), time::error::ComponentRange>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// 9999-12-31T23:59:59Z, the last instant supported by every calendar used here.
const LATEST: i64 = 253_402_300_799;

impl Timestamp {
    /// The minimum: 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);
    /// The maximum: 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(LATEST);

    /// Creates an instant `seconds` after the epoch, clamped to `0..=253_402_300_799`.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        if seconds < 0 {
            Self(0)
        } else if seconds > LATEST {
            Self(LATEST)
        } else {
            Self(seconds)
        }
    }

    /// Returns the seconds since the epoch, `0..=253_402_300_799`.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0
    }

    /// Returns the instant `seconds` later, clamped to the range of [`Timestamp`].
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_seconds(self.0.saturating_add(seconds))
    }

    /// Returns the instant `days` times 86,400 seconds later, regardless of local clock changes.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    /// Returns the whole seconds since `earlier`, or 0 if `earlier` is not earlier.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        if self.0 > earlier.0 { self.0 - earlier.0 } else { 0 }
    }
}

/// RFC 3339 in UTC, such as `2026-11-23T20:46:32Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = OffsetDateTime::from(*self);
        write!(f, "{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day())?;
        write!(f, "T{:02}:{:02}:{:02}Z", at.hour(), at.minute(), at.second())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Truncates to the second and clamps to the range of [`Timestamp`].
impl From<OffsetDateTime> for Timestamp {
    fn from(instant: OffsetDateTime) -> Self {
        Self::from_seconds(instant.unix_timestamp())
    }
}

/// Converts to the beginning of the second, in UTC.
impl From<Timestamp> for OffsetDateTime {
    fn from(instant: Timestamp) -> Self {
        // `time` supports all years up to 9999, the last year of a timestamp.
        Self::from_unix_timestamp(instant.0).unwrap_or(Self::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_print_as_rfc_3339() {
        assert_eq!(Timestamp::from_seconds(1_795_466_792).to_string(), "2026-11-23T20:46:32Z");
        assert_eq!(Timestamp::EPOCH.to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn arithmetic_stays_in_range() {
        assert_eq!(Timestamp::MAX.plus_days(i64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::EPOCH.plus_seconds(-1), Timestamp::EPOCH);
        assert_eq!(Timestamp::EPOCH.seconds_since(Timestamp::MAX), 0);
    }

    #[test]
    fn timestamps_convert_to_the_time_crate_and_back() {
        for seconds in [0, 1, 86_399, 1_795_466_792, LATEST] {
            let instant = Timestamp::from_seconds(seconds);
            assert_eq!(Timestamp::from(OffsetDateTime::from(instant)), instant);
        }
        let within = OffsetDateTime::UNIX_EPOCH + time::Duration::milliseconds(1_999);
        assert_eq!(Timestamp::from(within), Timestamp::from_seconds(1));
        let before = OffsetDateTime::UNIX_EPOCH - time::Duration::days(1);
        assert_eq!(Timestamp::from(before), Timestamp::EPOCH);
    }
}
