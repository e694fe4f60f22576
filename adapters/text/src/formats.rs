//! Dates, times, sizes and numbers, formatted with messages of the language.

use crate::texts::Texts;
use desktop_delivery::time::Date;
use desktop_delivery::{Timestamp, Zone};

/// Keeps the parts of a date or a size on one line.
fn unbroken(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

impl Texts {
    /// Formats a date: "February 22, 2027".
    #[must_use]
    pub fn day(&self, day: Date) -> String {
        let message = self.message("day").set("year", day.year()).set("month", day.month());
        unbroken(&message.set("day", day.day()).to_string())
    }

    /// Formats the date of an instant in a library's zone.
    #[must_use]
    pub fn day_of(&self, at: Timestamp, zone: &Zone) -> String {
        self.day(zone.date_at(at))
    }

    /// Formats the date and time of an instant in a library's zone.
    #[must_use]
    pub fn moment(&self, at: Timestamp, zone: &Zone) -> String {
        let (hour, minute) = zone.time_at(at);
        let message = self.message("moment").set("day", self.day_of(at, zone));
        message.set("hour", format!("{hour:02}")).set("minute", format!("{minute:02}")).to_string()
    }

    /// Formats the first instant of a period in a library's zone: its date, with the time unless the
    /// local day begins then.
    #[must_use]
    pub fn start(&self, at: Timestamp, zone: &Zone) -> String {
        let is_within_day = zone.last_day(at) == zone.date_at(at);
        if is_within_day { self.moment(at, zone) } else { self.day_of(at, zone) }
    }

    /// Formats a remaining time in hours and minutes, rounded up: "1 h 52 min".
    #[must_use]
    pub fn span(&self, seconds: i64) -> String {
        let minutes = u64::try_from(seconds.max(0)).unwrap_or(0).div_ceil(60);
        let message = self.message("span").set("hours", minutes / 60);
        unbroken(&message.set("minutes", minutes % 60).to_string())
    }

    /// Formats a whole number with its digits in groups of three: "1,500".
    #[must_use]
    pub fn number(&self, number: u64) -> String {
        let (digits, group) = (number.to_string(), self.text("digit-group"));
        let mut text = String::with_capacity(digits.len() + 4);
        for (index, digit) in digits.char_indices() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push_str(&group);
            }
            text.push(digit);
        }
        text
    }

    /// Formats a size in decimal units (ISO 80000-13): "84 kB", "1.4 MB".
    #[must_use]
    pub fn size(&self, bytes: u64) -> String {
        let (key, number) = match bytes {
            0..1_000 => return unbroken(&self.message("size-bytes").set("n", bytes).to_string()),
            1_000..999_500 => ("size-kilobytes", ((bytes + 500) / 1_000).to_string()),
            999_500..999_500_000 => ("size-megabytes", self.rounded(bytes, 1_000_000)),
            _ => ("size-gigabytes", self.rounded(bytes, 1_000_000_000)),
        };
        unbroken(&self.message(key).set("number", number).to_string())
    }

    /// Formats a number of units: with one decimal below 100, without decimals from 100 on.
    fn rounded(&self, bytes: u64, unit: u64) -> String {
        let tenth = unit / 10;
        let tenths = bytes / tenth + u64::from(bytes % tenth * 2 >= tenth);
        if tenths >= 1_000 {
            return self.number(bytes / unit + u64::from(bytes % unit * 2 >= unit));
        }
        format!("{}{}{}", tenths / 10, self.text("decimal-mark"), tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use crate::Catalog;
    use desktop_delivery::{Language, Timestamp, Zone};

    fn both() -> [crate::Texts; 2] {
        [Language::ENGLISH, Language::FRENCH].map(|language| Catalog::builtin().texts(language))
    }

    fn spaced(text: &str) -> String {
        text.replace(' ', "\u{a0}")
    }

    #[test]
    fn dates_follow_the_language() {
        let [english, french] = both();
        let day = |text: &str| text.parse().expect("it is a day");
        assert_eq!(english.day(day("2027-02-22")), spaced("February 22, 2027"));
        assert_eq!(french.day(day("2027-03-01")), spaced("1er mars 2027"));
        assert_eq!(french.day(day("2026-12-31")), spaced("31 décembre 2026"));
    }

    #[test]
    fn times_are_in_the_zone_of_the_library() {
        let [english, french] = both();
        let (at, toronto) = (Timestamp::from_seconds(1_795_910_400), Zone::new("America/Toronto"));
        let toronto = toronto.expect("it is known");
        assert_eq!(english.moment(at, &toronto), "November\u{a0}28,\u{a0}2026, 19:00");
        assert_eq!(
            french.moment(at, &Zone::utc()),
            "29\u{a0}novembre\u{a0}2026 à 00\u{a0}h\u{a0}00"
        );
    }

    #[test]
    fn a_start_has_a_time_unless_the_day_begins_then() {
        let [english, _] = both();
        let start = |seconds: i64, zone: &str| {
            let zone = Zone::new(zone).expect("it is known");
            english.start(Timestamp::from_seconds(seconds), &zone)
        };
        assert_eq!(start(1_795_910_400, "UTC"), spaced("November 29, 2026"));
        assert_eq!(start(1_795_910_460, "UTC"), "November\u{a0}29,\u{a0}2026, 00:01");
        let toronto = start(1_795_910_400, "America/Toronto");
        assert_eq!(toronto, "November\u{a0}28,\u{a0}2026, 19:00");
        assert_eq!(start(1_795_928_400, "America/Toronto"), spaced("November 29, 2026"));
        // Midnight of 2026-03-29 is skipped in Beirut: the day begins at 01:00.
        assert_eq!(start(1_774_735_200, "Asia/Beirut"), spaced("March 29, 2026"));
    }

    #[test]
    fn remaining_times_are_rounded_up_to_minutes() {
        let [english, _] = both();
        assert_eq!(english.span(6_720), spaced("1 h 52 min"));
        assert_eq!(english.span(7_200), spaced("2 h"));
        assert_eq!(english.span(1), spaced("1 min"));
        assert_eq!(english.span(-1), spaced("0 min"));
    }

    #[test]
    fn sizes_are_rounded() {
        let [english_texts, french_texts] = both();
        for (bytes, english, french) in [
            (0, "0 bytes", "0 octet"),
            (1, "1 byte", "1 octet"),
            (999, "999 bytes", "999 octets"),
            (1_499, "1 kB", "1 ko"),
            (84_000, "84 kB", "84 ko"),
            (999_499, "999 kB", "999 ko"),
            (999_500, "1.0 MB", "1,0 Mo"),
            (1_449_999, "1.4 MB", "1,4 Mo"),
            (1_450_000, "1.5 MB", "1,5 Mo"),
            (99_949_999, "99.9 MB", "99,9 Mo"),
            (99_950_000, "100 MB", "100 Mo"),
            (125_000_000, "125 MB", "125 Mo"),
            (999_499_999, "999 MB", "999 Mo"),
            (999_500_000, "1.0 GB", "1,0 Go"),
            (4_294_967_296, "4.3 GB", "4,3 Go"),
            (u64::MAX, "18,446,744,074 GB", "18 446 744 074 Go"),
        ] {
            assert_eq!(english_texts.size(bytes), spaced(english));
            assert_eq!(french_texts.size(bytes), spaced(french));
        }
    }

    #[test]
    fn numbers_have_groups_of_three_digits() {
        let [english, french] = both();
        assert_eq!([0, 999, 1_500].map(|n| english.number(n)), ["0", "999", "1,500"]);
        assert_eq!(french.number(1_234_567), "1\u{a0}234\u{a0}567");
    }
}
