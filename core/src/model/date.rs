use std::error::Error;
use std::fmt;
use std::str::FromStr;
use time::Month;

/// A date of the Gregorian calendar, without a time zone.
///
/// Formatted and parsed as an RFC 3339 `full-date`: `2027-02-21`.
///
/// # Example
/// ```
/// # use desktop_delivery::time::Date;
/// let day: Date = "2027-02-21".parse()?;
/// assert_eq!((day.year(), day.month(), day.day()), (2027, 2, 21));
/// assert_eq!(day.to_string(), "2027-02-21");
/// assert!("2027-02-29".parse::<Date>().is_err());
/// # Ok::<(), desktop_delivery::time::NotADate>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(time::Date);

impl Date {
    /// Creates a date from a year `0..=9999`, a month `1..=12` and a day of the month. Returns
    /// `None` if there is no such date.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let month = Month::try_from(month).ok()?;
        time::Date::from_calendar_date(year.into(), month, day).ok().map(Self)
    }

    /// Returns the year, `0..=9999`.
    #[must_use]
    pub fn year(self) -> u16 {
        u16::try_from(self.0.year()).unwrap_or_default()
    }

    /// Returns the month, `1..=12`.
    #[must_use]
    pub fn month(self) -> u8 {
        self.0.month().into()
    }

    /// Returns the day of the month, `1..=31`.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.0.day()
    }

    pub(super) const fn of(date: time::Date) -> Self {
        Self(date)
    }

    pub(super) const fn get(self) -> time::Date {
        self.0
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({self})")
    }
}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let mut parts = text.splitn(3, '-');
        let mut part = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits);
            part.filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?.parse::<u16>().ok()
        };
        let (year, month, day) = (part(4), part(2), part(2));
        let of_calendar = |number: Option<u16>| u8::try_from(number?).ok();
        year.zip(of_calendar(month).zip(of_calendar(day)))
            .and_then(|(year, (month, day))| Self::new(year, month, day))
            .ok_or(NotADate(()))
    }
}

/// The error for text that is not a [`Date`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADate(());

impl fmt::Display for NotADate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a day of the calendar, such as 2027-02-21")
    }
}

impl Error for NotADate {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_reads_back_what_it_prints_and_nothing_else() {
        for text in ["2027-02-21", "2028-02-29", "0000-01-01", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().map(|date| date.to_string()), Ok(text.to_owned()));
        }
        for text in [
            "",
            "2027-02-29",
            "2026-00-01",
            "2026-13-01",
            "2026-01-32",
            "2026-1-01",
            "26-01-01",
            "+026-01-01",
            "2026-01-01 ",
            "2026-01-01T00:00:00Z",
            "２０２６-01-01",
        ] {
            assert_eq!(text.parse::<Date>(), Err(NotADate(())), "{text:?}");
        }
    }
}
