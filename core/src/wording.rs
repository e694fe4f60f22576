//! What pages and mails say alike: days and sizes, in the reader's language.

use crate::participant::Language;

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const FRENCH_MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

impl Language {
    /// A day of a calendar (year, month, day): "February 22, 2027"; in French "22 février 2027" and "1er mars 2027".
    #[must_use]
    pub fn day_in_words(self, (year, month, day): (i16, i8, i8)) -> String {
        let index = usize::try_from(month).ok().and_then(|month| month.checked_sub(1));
        let named = |months: &[&'static str; 12]| index.and_then(|i| months.get(i)).copied();
        match self {
            Self::French => named(&FRENCH_MONTHS).map(|month| {
                let day = if day == 1 { "1er".to_owned() } else { day.to_string() };
                format!("{day}\u{a0}{month}\u{a0}{year}")
            }),
            Self::English => named(&ENGLISH_MONTHS).map(|month| format!("{month} {day}, {year}")),
        }
        .unwrap_or_else(|| format!("{year:04}-{month:02}-{day:02}"))
    }

    /// A size in decimal units: "1.4 MB"; in French "1,4 Mo".
    #[must_use]
    pub fn size_in_words(self, bytes: u64) -> String {
        let in_french = self == Self::French;
        let tenths =
            |unit: u64| bytes / (unit / 10) + u64::from(bytes % (unit / 10) * 2 >= unit / 10);
        let (number, unit) = match bytes {
            0..1_000 => (bytes.to_string(), if in_french { "octets" } else { "bytes" }),
            1_000..999_500 => {
                (((bytes + 500) / 1_000).to_string(), if in_french { "ko" } else { "KB" })
            }
            _ => {
                let tenths = tenths(1_000_000);
                let point = if in_french { ',' } else { '.' };
                let number = if tenths >= 1_000 {
                    ((tenths + 5) / 10).to_string()
                } else {
                    format!("{}{point}{}", tenths / 10, tenths % 10)
                };
                (number, if in_french { "Mo" } else { "MB" })
            }
        };
        match (bytes, in_french) {
            (0 | 1, true) => format!("{number}\u{a0}octet"),
            (1, false) => "1 byte".to_owned(),
            (_, true) => format!("{number}\u{a0}{unit}"),
            (_, false) => format!("{number} {unit}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_said_in_words() {
        assert_eq!(Language::English.day_in_words((2027, 2, 22)), "February 22, 2027");
        assert_eq!(Language::French.day_in_words((2027, 3, 1)), "1er\u{a0}mars\u{a0}2027");
        assert_eq!(Language::French.day_in_words((2026, 12, 31)), "31\u{a0}décembre\u{a0}2026");
        assert_eq!(Language::English.day_in_words((2026, 13, 1)), "2026-13-01");
        assert_eq!(Language::French.day_in_words((2026, -1, 1)), "2026--1-01");
    }

    #[test]
    fn a_size_is_rounded_to_what_a_reader_cares_about() {
        let english = |bytes| Language::English.size_in_words(bytes);
        assert_eq!(english(0), "0 bytes");
        assert_eq!(english(1), "1 byte");
        assert_eq!(english(999), "999 bytes");
        assert_eq!(english(1_499), "1 KB");
        assert_eq!(english(999_499), "999 KB");
        assert_eq!(english(999_500), "1.0 MB");
        assert_eq!(english(1_449_999), "1.4 MB");
        assert_eq!(english(1_450_000), "1.5 MB");
        assert_eq!(english(99_949_999), "99.9 MB");
        assert_eq!(english(125_000_000), "125 MB");
        assert_eq!(english(u64::MAX), "18446744073710 MB");
        assert_eq!(Language::French.size_in_words(1_400_000), "1,4\u{a0}Mo");
        assert_eq!(Language::French.size_in_words(84_000), "84\u{a0}ko");
        assert_eq!(Language::French.size_in_words(1), "1\u{a0}octet");
    }
}
