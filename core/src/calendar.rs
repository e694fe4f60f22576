//! Days of a library: where one ends in local time.

use crate::error::InvalidInput;
use crate::terms::Expiry;
use crate::timestamp::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Names a time zone of the IANA database, such as `"America/Vancouver"`; the database is bundled.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(String);

impl Zone {
    /// Takes a name that the bundled database has.
    ///
    /// # Errors
    /// [`InvalidInput`] for a name that it does not have.
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidInput> {
        let name = name.into();
        match jiff::tz::db().get(&name) {
            Ok(_) => Ok(Self(name)),
            Err(_) => Err(InvalidInput::new("time zone", "is not in the IANA database")),
        }
    }

    /// Coordinated Universal Time.
    #[must_use]
    pub fn utc() -> Self {
        Self("UTC".to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn time_zone(&self) -> TimeZone {
        jiff::tz::db().get(&self.0).unwrap_or(TimeZone::UTC)
    }

    /// The year, month `1..=12` and day `1..=31` that calendars here show at `instant`.
    #[must_use]
    pub fn date_at(&self, instant: Timestamp) -> (i16, i8, i8) {
        let date = date_of(instant, self.time_zone());
        (date.year(), date.month(), date.day())
    }

    /// The end of the day that is `days` days after the day of `from`, exclusive: the first
    /// instant of the day after it.
    ///
    /// Where clocks change, that is the first instant which the local calendar counts to the next
    /// day: 01:00 where midnight is skipped (spring, as in Beirut), the earlier of the two
    /// midnights where it happens twice (autumn, as in Havana). So the last day may have 23 or 25
    /// hours, and is always whole.
    #[must_use]
    pub fn end_of_day(&self, from: Timestamp, days: u16) -> Timestamp {
        let zone = self.time_zone();
        let span: Span = (i64::from(days) + 1).days();
        date_of(from, zone.clone())
            .checked_add(span)
            .and_then(|day| day.to_zoned_datetime(zone))
            .map_or(Timestamp::MAX, |midnight| {
                Timestamp::from_seconds(midnight.timestamp().as_second())
            })
    }
}

fn date_of(instant: Timestamp, zone: TimeZone) -> Date {
    jiff::Timestamp::from_second(instant.as_seconds())
        .map_or(Date::MAX, |instant| instant.to_zoned_datetime(zone).date())
}

impl Expiry {
    /// The instant, exclusive, at which terms end that count their days from `shipped_at`.
    #[must_use]
    pub fn resolve(self, shipped_at: Timestamp, zone: &Zone) -> Timestamp {
        match self {
            Self::At(instant) => instant,
            Self::Days(days) => zone.end_of_day(shipped_at, days),
        }
    }
}

impl TryFrom<String> for Zone {
    type Error = InvalidInput;
    fn try_from(name: String) -> Result<Self, InvalidInput> {
        Self::new(name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.0
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_seconds(text.parse::<jiff::Timestamp>().unwrap().as_second())
    }

    #[test]
    fn days_end_at_local_midnight() {
        let toronto = Zone::new("America/Toronto").unwrap();
        // 2026-11-24 04:00 UTC is still the 23rd in Toronto.
        let end = toronto.end_of_day(at("2026-11-24T04:00:00Z"), 90);
        assert_eq!(end, at("2027-02-22T05:00:00Z"));
    }

    #[test]
    fn a_change_of_clocks_leaves_the_last_day_whole() {
        let cases = [
            ("America/Toronto", "2026-03-07T12:00:00Z", 1, "2026-03-09T04:00:00Z"),
            ("America/Toronto", "2026-10-31T12:00:00Z", 1, "2026-11-02T05:00:00Z"),
            // Midnight of 2026-03-29 is skipped in Beirut: the day begins at 01:00 (UTC+3).
            ("Asia/Beirut", "2026-03-28T12:00:00Z", 0, "2026-03-28T22:00:00Z"),
            // 2026-11-01 has 00:00 to 01:00 twice in Havana: the day begins at the first.
            ("America/Havana", "2026-10-31T12:00:00Z", 0, "2026-11-01T04:00:00Z"),
        ];
        for (zone, from, days, end) in cases {
            assert_eq!(Zone::new(zone).unwrap().end_of_day(at(from), days), at(end), "{zone}");
        }
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        assert_eq!(Zone::utc().end_of_day(Timestamp::MAX, u16::MAX), Timestamp::MAX);
        assert!(Zone::new("Mars/Olympus_Mons").is_err());
        assert!(Zone::new("../../etc/passwd").is_err());
    }
}
