use desktop_delivery::Language;
#[cfg(doc)]
use desktop_delivery_text::CatalogBuilder;
use desktop_delivery_text::MessageFile;

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
    "supply", "track", "windows",
];

/// Returns the messages of these pages, for [`CatalogBuilder::with_package`].
pub fn messages() -> impl Iterator<Item = MessageFile> {
    let of = |language: Language, files: &'static [(&str, &str)]| {
        files.iter().map(move |(name, source)| {
            MessageFile::new(language, format!("{language}/{name}.ftl"), *source)
        })
    };
    of(Language::ENGLISH, ENGLISH).chain(of(Language::FRENCH, FRENCH))
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::Templates;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    /// Returns the messages of a language, each with the names of its values.
    fn messages(files: &[(&str, &str)]) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::new();
        for (name, source) in files {
            let mut current: Option<String> = None;
            for line in source.lines() {
                let id: String =
                    line.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                if !id.is_empty() && line[id.len()..].trim_start().starts_with('=') {
                    assert!(!found.contains_key(&id), "{name}.ftl defines {id} twice");
                    found.insert(id.clone(), BTreeSet::new());
                    current = Some(id);
                }
                for value in line.split('$').skip(1) {
                    let value = value.chars().take_while(char::is_ascii_alphanumeric).collect();
                    let current = current.as_ref().expect("every value is part of a message");
                    found.get_mut(current).expect("the message was inserted").insert(value);
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
    fn every_message_is_translated() {
        assert_eq!(Templates::default().catalog().warnings(), []);
    }

    #[test]
    fn used_messages_exist_and_every_message_is_used() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        sources(&here.join("src"), &mut files);
        sources(&here.join("templates"), &mut files);
        let all: String = files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        let english = messages(ENGLISH);
        let texts = Templates::default().texts(Language::ENGLISH);
        let form_readers = ["sent.text(", "query.text(", "form.text("];
        let all = form_readers.iter().fold(all, |all, form| all.replace(form, ""));
        for call in ["t.text(\"", "t.message(\"", " t(\""] {
            for rest in all.split(call).skip(1) {
                let key = rest.split('"').next().unwrap_or_default();
                let is_key =
                    key.chars().all(|c| c.is_ascii_lowercase() || "-_0123456789".contains(c));
                // A key that is completed at run time ends in a hyphen.
                let known = texts.has(key)
                    || english.keys().any(|one| key.ends_with('-') && one.starts_with(key));
                assert!(!is_key || known, "there is no message `{key}`");
            }
        }
        for key in english.keys() {
            let parts: Vec<&str> = key.split('-').collect();
            let is_used = (1..=parts.len()).any(|n| {
                let start = parts[..n].join("-");
                all.contains(&format!("\"{start}\"")) || all.contains(&format!("\"{start}-"))
            });
            assert!(is_used, "nothing uses the message `{key}`");
        }
    }

    #[test]
    fn numbers_select_the_plural_form() {
        let downloads_left = |language, n: u32| {
            let texts = Templates::default().texts(language);
            texts.message("downloads-left").set("n", n).set("limit", 5_u32).to_string()
        };
        assert_eq!(downloads_left(Language::ENGLISH, 1), "1 of 5 downloads left");
        assert_eq!(downloads_left(Language::ENGLISH, 0), "No downloads left (out of 5)");
        assert_eq!(downloads_left(Language::FRENCH, 1), "1 téléchargement restant sur 5");
        assert_eq!(downloads_left(Language::FRENCH, 4), "4 téléchargements restants sur 5");
    }
}
