use desktop_delivery::content::FileKind;
use desktop_delivery::error::{ArchiveProblem, QuotaKind, UnsupportedFile};
use desktop_delivery::views::FileWarning;
use desktop_delivery::{Language, Refusal, Timestamp, Zone};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::fmt;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// The message files (Project Fluent), by language: one for each part of the pages.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        const ENGLISH: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../messages/en/", $name, ".ftl")))),+];
        const FRENCH: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../messages/fr/", $name, ".ftl")))),+];
    };
}

files![
    "borrow", "common", "content", "history", "library", "preview", "refusals", "requests",
    "sign-in", "supply", "track",
];

static TEXTS: LazyLock<[Texts; 2]> = LazyLock::new(|| {
    [Texts::of_language(Language::English, ENGLISH), Texts::of_language(Language::French, FRENCH)]
});

/// What pages say in one language; the texts are in `messages/`.
pub(crate) struct Texts {
    pub(crate) language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::French => &TEXTS[1],
            _ => &TEXTS[0],
        }
    }

    fn of_language(language: Language, files: &[(&str, &str)]) -> Self {
        let id: LanguageIdentifier = language.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The marks would stand in attributes and addresses too; our texts run one way.
        bundle.set_use_isolating(false);
        for (name, source) in files {
            let resource = FluentResource::try_new((*source).to_owned());
            debug_assert!(resource.is_ok(), "{name}.ftl cannot be read: {resource:?}");
            let resource = resource.unwrap_or_else(|(read, _)| read);
            let added = bundle.add_resource(resource);
            debug_assert!(added.is_ok(), "{name}.ftl says something twice: {added:?}");
        }
        Self { language, bundle }
    }

    /// The ISO 639-1 code, for `lang`.
    pub(crate) fn code(&self) -> &'static str {
        self.language.code()
    }

    /// The text of this name; with values, begun by [`with`](Self::with).
    pub(crate) fn say(&self, key: &str) -> String {
        self.with(key).to_string()
    }

    /// Begins a text with values: `t.with("downloads-left").set("n", 3)`.
    pub(crate) fn with<'a>(&'a self, key: &'a str) -> Saying<'a> {
        Saying { texts: self, key, values: FluentArgs::new() }
    }

    /// Whether there is a text of this name.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// A day of a calendar, in words, which no line ends in.
    pub(crate) fn day(&self, day: (i16, i8, i8)) -> String {
        self.language.day_in_words(day).replace(' ', "\u{a0}")
    }

    /// The day of an instant in a library's zone, in words.
    pub(crate) fn day_of(&self, at: Timestamp, zone: &Zone) -> String {
        self.day(zone.date_at(at))
    }

    /// The day and the time of an instant in a library's zone.
    pub(crate) fn moment(&self, at: Timestamp, zone: &Zone) -> String {
        let (hour, minute) = zone.time_at(at);
        let clock = self.with("moment").set("day", self.day_of(at, zone));
        clock.set("hour", format!("{hour:02}")).set("minute", format!("{minute:02}")).to_string()
    }

    /// A size, in words.
    pub(crate) fn size(&self, bytes: u64) -> String {
        self.language.size_in_words(bytes)
    }

    /// A sentence for a refusal, with its days in the library's zone.
    pub(crate) fn refusal(&self, refusal: &Refusal, zone: &Zone) -> String {
        let key = format!("refusal-{}", refusal.code());
        let mut saying = self.with(&key);
        match refusal {
            Refusal::Cancelled { since }
            | Refusal::Ended { since }
            | Refusal::Purged { since }
            | Refusal::Removed { since }
            | Refusal::Replaced { since }
            | Refusal::Revoked { since }
            | Refusal::Withdrawn { since } => saying = saying.set("day", self.day_of(*since, zone)),
            // The end is exclusive: the last day is that of the second before.
            Refusal::Expired { since: end } | Refusal::PastEnd { end } => {
                saying = saying.set("day", self.day_of(end.plus_seconds(-1), zone));
            }
            Refusal::NotYetValid { from } => saying = saying.set("day", self.day_of(*from, zone)),
            Refusal::Exhausted { limit, .. } => saying = saying.set("limit", *limit),
            Refusal::OverLimit { what, limit } => {
                saying = saying.set("most", what.at_most(*limit, self.language));
            }
            Refusal::NeverFits { limit } => saying = saying.set("limit", self.size(*limit)),
            // What is stored never starts afresh by itself.
            Refusal::OverQuota { what: QuotaKind::SupplierBytes, used, limit, .. } => {
                let saying = self.with("refusal-over-quota-bytes").set("used", self.size(*used));
                return saying.set("limit", self.size(*limit)).to_string();
            }
            Refusal::OverQuota { what, used, limit, .. } => {
                let what = what.in_words(self.language);
                saying = saying.set("what", what).set("used", *used).set("limit", *limit);
            }
            Refusal::TooManyResends { limit, from } => {
                saying = saying.set("limit", *limit).set("moment", self.moment(*from, zone));
            }
            Refusal::TooLarge { limit } => saying = saying.set("size", self.size(*limit)),
            Refusal::UnsupportedType(file) => return self.unsupported(file),
            Refusal::Inspected { reason } => {
                saying = saying.set("reason", reason.in_language(self.language));
            }
            _ => {}
        }
        saying.to_string()
    }

    /// A sentence for a file that may not be attached, with what to do.
    fn unsupported(&self, file: &UnsupportedFile) -> String {
        let key = format!("refusal-unsupported-{}", file.code());
        if !self.has(&key) {
            return self.say("refusal-unsupported-type");
        }
        let saying = self.with(&key);
        match file {
            UnsupportedFile::Archive(ArchiveProblem::Nested { entry })
            | UnsupportedFile::Inside { entry } => saying.set("entry", entry),
            UnsupportedFile::Content { kind } | UnsupportedFile::Macros { kind } => {
                saying.set("kind", self.content(kind))
            }
            UnsupportedFile::Mismatch { ending, kind } => {
                saying.set("ending", ending).set("kind", self.content(kind))
            }
            UnsupportedFile::Name { ending } => saying.set("ending", ending),
            _ => saying,
        }
        .to_string()
    }

    /// What a file contains, as the end of "the file contains …".
    fn content(&self, kind: &FileKind) -> String {
        let key = format!("content-{}", kind.code());
        match kind {
            FileKind::Other(media_type) => self.with(&key).set("type", media_type).to_string(),
            _ => self.say(&key),
        }
    }

    /// A warning about an attached file, as a sentence.
    pub(crate) fn warning(&self, warning: &FileWarning) -> String {
        let key = format!("supply-warning-{}", warning.code());
        let saying = self.with(&key);
        match warning {
            FileWarning::NameEnding { usual } => saying.set("ending", usual),
            FileWarning::SameBytes { attachment, file_name, .. } => {
                saying.set("name", file_name.as_str()).set("n", attachment.get())
            }
            FileWarning::Unchanged { file_name } => saying.set("name", file_name.as_str()),
            _ => saying,
        }
        .to_string()
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Texts").field(&self.language).finish()
    }
}

/// A text that is being given its values.
pub(crate) struct Saying<'a> {
    texts: &'a Texts,
    key: &'a str,
    values: FluentArgs<'a>,
}

impl<'a> Saying<'a> {
    /// Gives a value; numbers choose between one and many.
    pub(crate) fn set(mut self, name: &'a str, value: impl Value) -> Self {
        self.values.set(name, value.fluent());
        self
    }
}

impl fmt::Display for Saying<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.texts.bundle.get_message(self.key).and_then(|message| message.value());
        debug_assert!(found.is_some(), "there is no text `{}`", self.key);
        // A name that is shown is ugly; a page that is not shown is worse.
        let Some(pattern) = found else { return f.write_str(self.key) };
        let mut errors = Vec::new();
        let text = self.texts.bundle.format_pattern(pattern, Some(&self.values), &mut errors);
        debug_assert!(errors.is_empty(), "the text `{}` lacks a value: {errors:?}", self.key);
        f.write_str(&text)
    }
}

/// What a text can be given.
pub(crate) trait Value {
    fn fluent(self) -> FluentValue<'static>;
}

impl Value for String {
    fn fluent(self) -> FluentValue<'static> {
        FluentValue::from(self)
    }
}

impl Value for &str {
    fn fluent(self) -> FluentValue<'static> {
        FluentValue::from(self.to_owned())
    }
}

impl Value for &String {
    fn fluent(self) -> FluentValue<'static> {
        FluentValue::from(self.clone())
    }
}

/// Numbers are written without grouping: none of ours is large.
macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Value for $number {
            fn fluent(self) -> FluentValue<'static> {
                FluentValue::from(self)
            }
        }

        impl Value for &$number {
            fn fluent(self) -> FluentValue<'static> {
                FluentValue::from(*self)
            }
        }
    )+};
}

numbers!(u8, u16, u32, u64, usize);

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    /// Each message of a language with the values that it takes.
    fn messages(files: &[(&str, &str)]) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::new();
        for (name, source) in files {
            let mut current: Option<String> = None;
            for line in source.lines() {
                let id: String =
                    line.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                if !id.is_empty() && line[id.len()..].trim_start().starts_with('=') {
                    assert!(!found.contains_key(&id), "{name}.ftl says {id} twice");
                    found.insert(id.clone(), BTreeSet::new());
                    current = Some(id);
                }
                for value in line.split('$').skip(1) {
                    let value = value.chars().take_while(char::is_ascii_alphanumeric).collect();
                    let current = current.as_ref().expect("a value stands in a message");
                    found.get_mut(current).expect("it was put there").insert(value);
                }
            }
        }
        found
    }

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs" || end == "html") {
                found.push(path);
            }
        }
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let (english, french) = (messages(ENGLISH), messages(FRENCH));
        for (key, values) in &english {
            assert_eq!(french.get(key), Some(values), "{key} in French");
        }
        assert_eq!(english.len(), french.len());
    }

    #[test]
    fn every_refusal_has_a_text_in_each_language() {
        for language in [Language::English, Language::French] {
            for code in Refusal::CODES {
                assert!(Texts::of(language).has(&format!("refusal-{code}")), "{code}");
            }
        }
    }

    #[test]
    fn every_reason_against_a_file_has_a_text_in_each_language() {
        let kind = FileKind::Zip;
        let (entry, ending) = (|| "a".to_owned(), || "b".to_owned());
        let archives = [
            ArchiveProblem::Combined,
            ArchiveProblem::Damaged,
            ArchiveProblem::Empty,
            ArchiveProblem::Encrypted,
            ArchiveProblem::Inconsistent,
            ArchiveProblem::Nested { entry: entry() },
            ArchiveProblem::TooLarge,
            ArchiveProblem::UnsafePath,
        ];
        let others = [
            UnsupportedFile::Content { kind: kind.clone() },
            UnsupportedFile::Inside { entry: entry() },
            UnsupportedFile::Macros { kind: kind.clone() },
            UnsupportedFile::Mismatch { ending: ending(), kind },
            UnsupportedFile::Name { ending: ending() },
        ];
        let all: Vec<_> =
            archives.map(UnsupportedFile::Archive).into_iter().chain(others).collect();
        for language in [Language::English, Language::French] {
            let texts = Texts::of(language);
            let without = texts.say("refusal-unsupported-type");
            for file in &all {
                assert_ne!(texts.unsupported(file), without, "{file}");
            }
        }
    }

    #[test]
    fn every_text_that_is_asked_for_is_there_and_is_asked_for() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        sources(&here.join("src"), &mut files);
        sources(&here.join("templates"), &mut files);
        let all: String = files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        let english = messages(ENGLISH);
        for asked in [".say(\"", ".with(\""] {
            for rest in all.split(asked).skip(1) {
                let key = rest.split('"').next().unwrap_or_default();
                let is_key =
                    key.chars().all(|c| c.is_ascii_lowercase() || "-0123456789".contains(c));
                // Keys that are put together end in a dash.
                let known = english.contains_key(key)
                    || english.keys().any(|one| key.ends_with('-') && one.starts_with(key));
                assert!(!is_key || known, "there is no text `{key}`");
            }
        }
        for key in english.keys() {
            let parts: Vec<&str> = key.split('-').collect();
            let is_asked_for = (1..=parts.len()).any(|n| {
                let start = parts[..n].join("-");
                all.contains(&format!("\"{start}\"")) || all.contains(&format!("\"{start}-"))
            });
            assert!(is_asked_for, "nothing extension_requests for the text `{key}`");
        }
    }

    #[test]
    fn numbers_choose_between_one_and_many() {
        let say = |language, n: u32| {
            Texts::of(language).with("downloads-left").set("n", n).set("limit", 5_u32).to_string()
        };
        assert_eq!(say(Language::English, 1), "1 of 5 downloads left");
        assert_eq!(say(Language::English, 0), "All 5 downloads are used");
        assert_eq!(say(Language::French, 1), "1 téléchargement restant sur 5");
        assert_eq!(say(Language::French, 4), "4 téléchargements restants sur 5");
    }
}
