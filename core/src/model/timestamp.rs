use serde::{Deserialize, Serialize};
use std::fmt;
use time::OffsetDateTime;

/// Names an instant: whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Whole seconds are all that terms, tickets and audit need, and they fit the token's four bytes
/// until the year 2106.
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

/// 9999-12-31T23:59:59Z, the last instant that every calendar used here can name.
const LATEST: i64 = 253_402_300_799;

impl Timestamp {
    /// The first instant that a [`Timestamp`] names: 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);
    /// The last instant that a [`Timestamp`] names: 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(LATEST);

    /// Names the instant `seconds` after the epoch; outside `0..=253_402_300_799` the nearest end.
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

    /// Seconds since the epoch, `0..=253_402_300_799`.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0
    }

    /// The instant `seconds` later; stays within the range of [`Timestamp`].
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_seconds(self.0.saturating_add(seconds))
    }

    /// The instant `days` times 86,400 seconds later, whatever the local clocks do meanwhile.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    /// Whole seconds from `earlier` to here; 0 when `earlier` is not earlier.
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

/// The second in which `instant` lies; the nearest end where it is out of range.
impl From<OffsetDateTime> for Timestamp {
    fn from(instant: OffsetDateTime) -> Self {
        Self::from_seconds(instant.unix_timestamp())
    }
}

/// The beginning of the second, in UTC.
impl From<Timestamp> for OffsetDateTime {
    fn from(instant: Timestamp) -> Self {
        // `time` names the years to 9999 at least, and a timestamp goes no further.
        Self::from_unix_timestamp(instant.0).unwrap_or(Self::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_prints_rfc_3339() {
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
    fn it_goes_to_the_time_crate_and_back() {
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
