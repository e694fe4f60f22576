//! What pages and mails say alike: days and sizes, in the reader's language.

use crate::model::participant::Language;

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

    /// A size in decimal units (ISO 80000-13), with a no-break space: "84 kB", "1.4 MB"; in French
    /// "84 ko", "1,4 Mo".
    ///
    /// Pages, emails and commands all write sizes this way.
    #[must_use]
    pub fn size_in_words(self, bytes: u64) -> String {
        let in_french = self == Self::French;
        let unit = |english: &'static str, french| if in_french { french } else { english };
        let (number, unit) = match bytes {
            // In French, zero is singular.
            0 => (0.to_string(), unit("bytes", "octet")),
            1 => (1.to_string(), unit("byte", "octet")),
            2..1_000 => (bytes.to_string(), unit("bytes", "octets")),
            1_000..999_500 => (((bytes + 500) / 1_000).to_string(), unit("kB", "ko")),
            999_500..999_500_000 => (self.rounded(bytes, 1_000_000), unit("MB", "Mo")),
            _ => (self.rounded(bytes, 1_000_000_000), unit("GB", "Go")),
        };
        format!("{number}\u{a0}{unit}")
    }

    /// The number of units: with one decimal below 100, and without decimals from 100 on.
    fn rounded(self, bytes: u64, unit: u64) -> String {
        let tenth = unit / 10;
        let tenths = bytes / tenth + u64::from(bytes % tenth * 2 >= tenth);
        if tenths >= 1_000 {
            return (bytes / unit + u64::from(bytes % unit * 2 >= unit)).to_string();
        }
        let point = if self == Self::French { ',' } else { '.' };
        format!("{}{point}{}", tenths / 10, tenths % 10)
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
            (u64::MAX, "18446744074 GB", "18446744074 Go"),
        ] {
            let spaced = |text: &str| text.replace(' ', "\u{a0}");
            assert_eq!(Language::English.size_in_words(bytes), spaced(english));
            assert_eq!(Language::French.size_in_words(bytes), spaced(french));
        }
    }
}
