use desktop_delivery::Language;
use desktop_delivery_http::LinkPages;
#[cfg(doc)]
use desktop_delivery_text::CatalogBuilder;
use desktop_delivery_text::{Catalog, LanguageInfo, Message, MessageFile};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::OnceLock;

/// The message files of these pages, by language: one for each part of the pages.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        const ENGLISH: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../messages/en/", $name, ".ftl")))),+];
        const FRENCH: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../messages/fr/", $name, ".ftl")))),+];
    };
}

files![
    "borrow", "common", "history", "library", "preview", "refusals", "requests", "sign-in",
    "supply", "track",
];

static INSTALLED: OnceLock<Installed> = OnceLock::new();

/// The texts that this process uses.
struct Installed {
    languages: Vec<LanguageInfo>,
    texts: BTreeMap<Language, Texts>,
    link_pages: LinkPages,
}

impl Installed {
    fn new(link_pages: LinkPages) -> Self {
        let catalog = link_pages.catalog();
        let languages: Vec<_> = catalog.languages().into_iter().cloned().collect();
        let of = |info: &LanguageInfo| (info.language, Texts(catalog.texts(info.language)));
        Self { texts: languages.iter().map(of).collect(), languages, link_pages }
    }
}

fn installed() -> &'static Installed {
    INSTALLED.get_or_init(|| {
        let built = Catalog::builder().with_package(messages()).build();
        debug_assert!(built.is_ok(), "{built:?}");
        Installed::new(LinkPages::with_texts(built.unwrap_or_default()))
    })
}

/// The messages of these pages, for [`CatalogBuilder::with_package`].
pub fn messages() -> impl Iterator<Item = MessageFile> {
    let of = |language: Language, files: &'static [(&str, &str)]| {
        files.iter().map(move |(name, source)| {
            MessageFile::new(language, format!("{language}/{name}.ftl"), *source)
        })
    };
    of(Language::ENGLISH, ENGLISH).chain(of(Language::FRENCH, FRENCH))
}

/// Shows the pages of this process with these texts: a catalog with the [`messages`] of these pages.
///
/// Call it before the first page is shown; returns `false` if a page was shown already, and changes
/// nothing.
pub fn set_texts(link_pages: LinkPages) -> bool {
    INSTALLED.set(Installed::new(link_pages)).is_ok()
}

/// The pages of links, with the texts that this process uses.
pub(crate) fn link_pages() -> &'static LinkPages {
    &installed().link_pages
}

/// Every language that there are texts in.
pub(crate) fn languages() -> &'static [LanguageInfo] {
    &installed().languages
}

/// Every language by its tag, for a form.
pub(crate) fn language_choices() -> Vec<(&'static str, Language)> {
    languages().iter().map(|info| (info.language.as_str(), info.language)).collect()
}

/// The texts of these pages in one language.
#[derive(Debug)]
pub(crate) struct Texts(desktop_delivery_text::Texts);

impl Texts {
    /// The texts in the best language that there are any in.
    pub(crate) fn of(language: Language) -> &'static Self {
        let texts = &installed().texts;
        let best = language.fallbacks().chain([Language::ENGLISH]).find_map(|one| texts.get(&one));
        best.expect("there are always texts in English")
    }

    /// The text of this name.
    pub(crate) fn say(&self, key: &str) -> String {
        self.text(key)
    }

    /// Begins a text with values: `t.with("downloads-left").set("n", 3)`.
    pub(crate) fn with<'a>(&'a self, key: &'a str) -> Message<'a> {
        self.message(key)
    }
}

impl Deref for Texts {
    type Target = desktop_delivery_text::Texts;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

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
    fn every_text_is_there_in_each_language() {
        let built = Catalog::builder().with_package(super::messages()).build().unwrap();
        assert_eq!(built.warnings(), []);
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
                    key.chars().all(|c| c.is_ascii_lowercase() || "-_0123456789".contains(c));
                // Keys that are put together end in a dash.
                let known = Texts::of(Language::ENGLISH).has(key)
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
            assert!(is_asked_for, "nothing asks for the text `{key}`");
        }
    }

    #[test]
    fn numbers_choose_between_one_and_many() {
        let say = |language, n: u32| {
            Texts::of(language).with("downloads-left").set("n", n).set("limit", 5_u32).to_string()
        };
        assert_eq!(say(Language::ENGLISH, 1), "1 of 5 downloads left");
        assert_eq!(say(Language::ENGLISH, 0), "All 5 downloads are used");
        assert_eq!(say(Language::FRENCH, 1), "1 téléchargement restant sur 5");
        assert_eq!(say(Language::FRENCH, 4), "4 téléchargements restants sur 5");
    }
}
