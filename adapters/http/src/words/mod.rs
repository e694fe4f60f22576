//! What pages say, in each language; the texts themselves are in a file a language.

mod en;
mod fr;

use desktop_delivery::{Audience, Language, Refusal, Timestamp, Zone};

/// The texts of one language; `{day}` and its like are filled in.
pub(crate) struct Texts {
    pub(crate) language: Language,
    pub(crate) code: &'static str,
    pub(crate) other_code: &'static str,
    pub(crate) other_name: &'static str,
    pub(crate) site: &'static str,
    pub(crate) page_title: &'static str,
    pub(crate) supplied_by: &'static str,
    pub(crate) request_no: &'static str,
    pub(crate) notice_heading: &'static str,
    pub(crate) usual_notice: &'static str,
    pub(crate) library_notice: &'static str,
    pub(crate) files_heading: &'static str,
    pub(crate) nothing_attached: &'static str,
    pub(crate) left_one: &'static str,
    pub(crate) left_many: &'static str,
    pub(crate) left_none: &'static str,
    pub(crate) last_day: &'static str,
    pub(crate) acknowledge: &'static str,
    pub(crate) acknowledge_library: &'static str,
    pub(crate) download: &'static str,
    pub(crate) download_again: &'static str,
    pub(crate) counts_one: &'static str,
    pub(crate) counts_anew: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) go_on_for: &'static str,
    pub(crate) ask_heading: &'static str,
    pub(crate) ask_text: &'static str,
    pub(crate) ask_note: &'static str,
    pub(crate) ask_button: &'static str,
    pub(crate) asked: &'static str,
    pub(crate) recalled: &'static str,
    pub(crate) contact: &'static str,
    pub(crate) home: &'static str,
    moment: &'static str,
    file: &'static str,
    picture: &'static str,
    hours: &'static str,
    minutes: &'static str,
    refusal: fn(&str) -> (&'static str, &'static str),
}

/// The texts of a language.
pub(crate) const fn texts(language: Language) -> &'static Texts {
    match language {
        Language::French => &fr::TEXTS,
        _ => &en::TEXTS,
    }
}

/// The language with this ISO 639-1 code, if pages are in it.
pub(crate) fn language(code: &str) -> Option<Language> {
    match code {
        "en" => Some(Language::English),
        "fr" => Some(Language::French),
        _ => None,
    }
}

/// Puts a value in the place of `{name}`.
pub(crate) fn fill(text: &str, name: &str, value: &str) -> String {
    text.replace(&format!("{{{name}}}"), value)
}

impl Texts {
    /// A time that is left, such as "1 h 52 min".
    pub(crate) fn span(&self, seconds: i64) -> String {
        let minutes = (seconds.max(0) + 59) / 60;
        let (hours, minutes) = (minutes / 60, minutes % 60);
        let (h, min) = (self.hours, self.minutes);
        match (hours, minutes) {
            (0, minutes) => format!("{minutes}\u{a0}{min}"),
            (hours, 0) => format!("{hours}\u{a0}{h}"),
            (hours, minutes) => format!("{hours}\u{a0}{h} {minutes}\u{a0}{min}"),
        }
    }

    /// A day in words, which no line ends in.
    pub(crate) fn day(&self, day: (i16, i8, i8)) -> String {
        self.language.day_in_words(day).replace(' ', "\u{a0}")
    }

    /// The day of an instant in a library's zone.
    pub(crate) fn day_of(&self, at: Timestamp, zone: &Zone) -> String {
        self.day(zone.date_at(at))
    }

    /// The day and the time of an instant in a library's zone.
    fn moment_of(&self, at: Timestamp, zone: &Zone) -> String {
        let (hour, minute) = zone.time_at(at);
        let text = fill(self.moment, "day", &self.day_of(at, zone));
        let text = fill(&text, "hour", &format!("{hour:02}"));
        fill(&text, "minute", &format!("{minute:02}"))
    }

    /// A word for a media type, such as "PDF".
    pub(crate) fn kind(&self, media_type: &str) -> String {
        let (family, subtype) = media_type.split_once('/').unwrap_or(("", media_type));
        match (family, subtype) {
            (_, "pdf" | "epub+zip" | "zip" | "rtf")
            | ("image", "jpeg" | "png" | "tiff" | "gif" | "webp") => {
                subtype.trim_end_matches("+zip").to_ascii_uppercase()
            }
            ("image", _) => self.picture.to_owned(),
            (_, "msword") => "Word".to_owned(),
            (_, office) if office.contains("wordprocessingml") => "Word".to_owned(),
            (_, office) if office.contains("spreadsheetml") || office == "vnd.ms-excel" => {
                "Excel".to_owned()
            }
            (_, office) if office.contains("presentationml") || office == "vnd.ms-powerpoint" => {
                "PowerPoint".to_owned()
            }
            (_, office) if office.contains("opendocument") => "OpenDocument".to_owned(),
            _ => self.file.to_owned(),
        }
    }

    /// How many downloads are left.
    pub(crate) fn left(&self, left: u32, limit: u32) -> String {
        match left {
            0 => fill(self.left_none, "limit", &limit.to_string()),
            1 => fill(self.left_one, "limit", &limit.to_string()),
            n => fill(&fill(self.left_many, "n", &n.to_string()), "limit", &limit.to_string()),
        }
    }

    /// A heading and a sentence for a refusal, with its day in the library's zone.
    pub(crate) fn refusal(&self, refusal: &Refusal, zone: &Zone) -> (String, String) {
        let (heading, text) = match refusal {
            Refusal::Exhausted { since: None, .. } => (self.refusal)("none-allowed"),
            _ => (self.refusal)(refusal.code()),
        };
        let day = |instant: Timestamp| self.day_of(instant, zone);
        let text = match refusal {
            Refusal::Cancelled { since }
            | Refusal::Ended { since }
            | Refusal::Purged { since }
            | Refusal::Removed { since }
            | Refusal::Replaced { since }
            | Refusal::Revoked { since }
            | Refusal::Withdrawn { since } => fill(text, "day", &day(*since)),
            // The end is exclusive: the last day is that of the second before.
            Refusal::Expired { since } | Refusal::PastEnd { end: since } => {
                fill(text, "day", &day(since.plus_seconds(-1)))
            }
            Refusal::NotYetValid { from } => fill(text, "day", &day(*from)),
            Refusal::Exhausted { limit, since: Some(since) } => {
                let heading = fill(heading, "limit", &limit.to_string());
                return (heading, fill(text, "day", &day(*since)));
            }
            Refusal::OverQuota { frees_at: Some(at), .. } => {
                fill(text, "moment", &self.moment_of(*at, zone))
            }
            Refusal::OverQuota { frees_at: None, .. } => return self.refusal(&Refusal::Busy, zone),
            Refusal::OverLimit { what, limit } => {
                fill(text, "most", &what.at_most(*limit, self.language))
            }
            Refusal::TooManyResends { limit, from } => {
                let text = fill(text, "limit", &limit.to_string());
                fill(&text, "moment", &self.moment_of(*from, zone))
            }
            Refusal::Inspected { reason } => {
                fill(text, "reason", reason.in_language(self.language))
            }
            _ => text.to_owned(),
        };
        (heading.to_owned(), text)
    }

    /// A heading and a sentence for a refusal, to whom the link was made for: where a patron turns to
    /// their library, a library turns to the one that lends.
    pub(crate) fn refusal_to(
        &self,
        reader: Audience,
        refusal: &Refusal,
        zone: &Zone,
    ) -> (String, String) {
        match refusal {
            Refusal::Purged { since } if reader != Audience::Patron => {
                let (heading, text) = (self.refusal)("purged-library");
                (heading.to_owned(), fill(text, "day", &self.day_of(*since, zone)))
            }
            _ => self.refusal(refusal, zone),
        }
    }

    /// A heading and a sentence for what is no refusal, by its code, to whom the link was made for.
    pub(crate) fn trouble_to(&self, reader: Audience, code: &str) -> (&'static str, &'static str) {
        match (reader, code) {
            (Audience::Patron, code) => self.trouble(code),
            (_, "token-expired") => self.trouble("token-expired-library"),
            (_, code) => self.trouble(code),
        }
    }

    /// A heading and a sentence for what is no refusal, by its code.
    pub(crate) fn trouble(&self, code: &str) -> (&'static str, &'static str) {
        (self.refusal)(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_counts_read_as_people_write_them() {
        let en = texts(Language::English);
        assert_eq!(en.span(6_720), "1\u{a0}h 52\u{a0}min");
        assert_eq!(en.span(1), "1\u{a0}min");
        assert_eq!(en.left(1, 5), "1 of 5 downloads left");
    }

    #[test]
    fn types_and_times_read_as_people_write_them() {
        let (en, fr) = (texts(Language::English), texts(Language::French));
        let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        for (media_type, kind) in [
            ("application/pdf", "PDF"),
            ("image/tiff", "TIFF"),
            (word, "Word"),
            ("application/msword", "Word"),
            ("application/vnd.oasis.opendocument.text", "OpenDocument"),
            ("application/epub+zip", "EPUB"),
            ("application/octet-stream", "File"),
            ("nonsense", "File"),
        ] {
            assert_eq!(en.kind(media_type), kind, "{media_type}");
        }
        assert_eq!(fr.kind("image/x-icon"), "Image");
        // A quota of a day is one of UTC's days, which end in the evening in Toronto.
        let full = Refusal::OverQuota {
            what: desktop_delivery::error::QuotaKind::PatronClaims,
            used: 20,
            limit: 20,
            frees_at: Some(Timestamp::from_seconds(1_795_910_400)),
        };
        let zone = Zone::new("America/Toronto").expect("it is known");
        let text = en.refusal(&full, &zone).1;
        assert!(text.contains("from 19:00 on November\u{a0}28,\u{a0}2026"), "{text}");
        let text = fr.refusal(&full, &Zone::utc()).1;
        assert!(text.contains("le 29\u{a0}novembre\u{a0}2026 à partir de 0"), "{text}");
    }

    #[test]
    fn every_refusal_of_a_page_has_its_text_in_each_language() {
        let others = [
            "interrupted",
            "invalid",
            "malformed",
            "none-allowed",
            "purged-library",
            "storage-full",
            "token-expired-library",
            "token-expired",
            "too-large",
            "too-many-bodies",
            "too-many-misses",
            "method-not-allowed",
            "too-slow",
            "transfer-used-up",
            "unauthorized",
            "unavailable",
        ];
        for texts in [&en::TEXTS, &fr::TEXTS] {
            let internal = (texts.refusal)("internal");
            for code in Refusal::CODES.into_iter().chain(others) {
                assert_ne!((texts.refusal)(code), internal, "{code} in {}", texts.code);
            }
        }
        for code in Refusal::CODES.into_iter().chain(others).chain(["internal"]) {
            assert_ne!((en::TEXTS.refusal)(code), (fr::TEXTS.refusal)(code), "{code}");
        }
    }
}
