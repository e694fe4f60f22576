//! A third language and one from right to left, both by files alone, and the files themselves.

#[path = "support/message_files.rs"]
mod message_files;

use desktop_delivery::error::{Limit, QuotaKind};
use desktop_delivery::input::{InputFault, InputField};
use desktop_delivery::{InvalidInput, Language, Refusal, Timestamp, Zone};
use desktop_delivery_text::{Catalog, Direction, Texts};
use message_files::{assert_french_punctuation, keys};
use std::path::Path;

fn catalog() -> Catalog {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages");
    let builder = Catalog::builder().with_folder(&folder).expect("the folder can be read");
    builder.with_pseudo_language().build().expect("the messages are right")
}

fn texts(tag: &str) -> Texts {
    catalog().texts(tag.parse().expect("it is a tag"))
}

#[test]
fn spanish_has_every_message_and_value() {
    let (spanish, english) = (keys("tests/languages/es"), keys("messages/en"));
    assert!(english.len() >= 6 && english.values().all(|keys| keys.len() > 5));
    assert_eq!(spanish, english);
    let warnings: Vec<_> = catalog().warnings().iter().map(ToString::to_string).collect();
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn french_messages_are_punctuated_as_in_quebec() {
    assert_french_punctuation("messages/fr");
}

#[test]
fn spanish_is_formatted_as_spanish_is() {
    let spanish = texts("es-MX");
    assert_eq!((spanish.code(), &*spanish.info().name), ("es", "Español"));
    assert_eq!(
        spanish.day("2027-02-01".parse().expect("it is a day")),
        "1\u{a0}de\u{a0}febrero\u{a0}de\u{a0}2027"
    );
    assert_eq!(spanish.size(1_400_000), "1,4\u{a0}MB");
    let left =
        |n: u32| spanish.message("link-downloads-left").set("n", n).set("limit", 5_u32).to_string();
    assert_eq!(left(0), "Ya se usaron las 5 descargas");
    assert_eq!(left(1), "Queda 1 descarga de 5");
    assert_eq!(left(4), "Quedan 4 descargas de 5");
    let since = Timestamp::from_seconds(1_795_910_400);
    let (heading, text) = spanish.refusal_on_page(
        &Refusal::Exhausted { limit: 5, since: Some(since) },
        &Zone::utc(),
        true,
    );
    assert_eq!(heading, "Ya se usaron las 5 descargas");
    assert!(text.contains("29\u{a0}de\u{a0}noviembre"), "{text}");
}

#[test]
fn a_language_from_right_to_left_isolates_what_runs_the_other_way() {
    let pseudo = texts("ar-XB");
    assert_eq!(pseudo.direction(), Direction::RightToLeft);
    let text = pseudo.message("link-supplied-by").set("library", "Rare Books").to_string();
    assert!(text.ends_with(" \u{2068}Rare Books\u{2069}"), "{text}");
    let latin = text.replace("\u{2068}Rare Books\u{2069}", "");
    assert!(!latin.chars().any(|c| c.is_ascii_alphabetic()), "{latin}");
    // Selection still works: a number is no text.
    let left =
        |n: u32| pseudo.message("link-downloads-left").set("n", n).set("limit", 5_u32).to_string();
    assert_ne!(left(1), left(0));
    assert!(pseudo.size(1_400_000).starts_with("1.4\u{a0}"), "{}", pseudo.size(1_400_000));
}

#[test]
fn every_value_of_the_core_has_a_text_of_its_own_in_english_and_french() {
    let catalog = Catalog::builtin();
    for language in [Language::ENGLISH, Language::FRENCH] {
        let t = catalog.texts(language);
        for code in Refusal::CODES {
            assert!(
                t.has(&format!("refusal-{code}")) && t.has(&format!("problem-{code}")),
                "{code}"
            );
            assert!(t.has(&format!("problem-{code}.heading")), "{code}");
        }
        for limit in Limit::ALL {
            assert!(t.has(&format!("limit-{}", limit.code())), "{limit:?}");
        }
        for quota in QuotaKind::ALL {
            assert!(t.has(&format!("quota-{}", quota.code())), "{quota:?}");
        }
        for field in InputField::ALL {
            assert!(t.has(&format!("field-{}", field.code())), "{field:?}");
        }
        for fault in InputFault::ALL {
            let key = format!("fault-{}", fault.code());
            assert!(t.has(&key) && t.has(&format!("{key}.remedy")), "{fault:?}");
        }
    }
}

#[test]
fn invalid_input_reads_as_two_sentences_in_each_language() {
    let catalog = Catalog::builtin();
    let (english, french) = (catalog.texts(Language::ENGLISH), catalog.texts(Language::FRENCH));
    for field in InputField::ALL {
        for fault in InputFault::ALL {
            let input = InvalidInput::new(*field, fault.with_limit(1_500));
            let (english, french) = (english.invalid_input(&input), french.invalid_input(&input));
            assert_ne!(english, french);
            for text in [english, french] {
                assert!(
                    text.ends_with('.') && !text.contains("..") && !text.contains("{n}"),
                    "{text}"
                );
                assert!(text.chars().next().is_some_and(|c| !c.is_lowercase()), "{text}");
            }
        }
    }
    let input = InvalidInput::new(InputField::TITLE, InputFault::TOO_LONG.with_limit(1_500));
    assert_eq!(
        english.invalid_input(&input),
        "Title is longer than 1,500 characters (accented letters and symbols count as two to four). \
         Shorten the text."
    );
    assert_eq!(
        french.invalid_input(&input),
        "Titre\u{a0}: dépasse 1\u{a0}500 caractères (les lettres accentuées et les symboles comptent \
         pour deux à quatre). Raccourcissez le texte."
    );
    // A host's own field has the English text that it gives.
    const SHELF: InputField = InputField::new("shelf", "shelf mark");
    let own = InvalidInput::new(SHELF, InputFault::EMPTY);
    assert_eq!(
        french.invalid_input(&own),
        "Shelf mark\u{a0}: ce champ est vide. Entrez une valeur."
    );
}

#[test]
fn english_texts_of_pages_and_of_the_core_are_the_same() {
    // The core states limits of text in bytes, which programs count; pages state characters.
    let differs = [InputFault::TOO_LONG.code(), Limit::NoteBytes.code()];
    let english = Catalog::builtin().texts(Language::ENGLISH);
    let text =
        |key: &str, n: usize| english.message(key).set("n", n).to_string().replace('\u{2019}', "'");
    for field in InputField::ALL {
        // The core names the two sides as APIs do, pages as screens do.
        let name = field.name().replace("requester", "borrowing library");
        let name = name.replace("supplier", "lending library");
        assert_eq!(text(&format!("field-{}", field.code()), 0), name);
    }
    for fault in InputFault::ALL.iter().filter(|fault| !differs.contains(&fault.code())) {
        let (key, filled) = (format!("fault-{}", fault.code()), fault.with_limit(12));
        assert_eq!(text(&key, 12), filled.clause());
        assert_eq!(text(&format!("{key}.remedy"), 12), filled.remedy());
    }
    for limit in Limit::ALL.iter().filter(|limit| !differs.contains(&limit.code())) {
        assert_eq!(english.at_most(*limit, 12), limit.at_most(12));
    }
    for quota in QuotaKind::ALL {
        assert_eq!(english.quota(*quota), quota.to_string());
    }
}

/// What sentences there are for a file that cannot be attached, each told apart from the others.
#[test]
fn every_reason_against_a_file_has_a_text_in_each_language() {
    use desktop_delivery::content::FileKind;
    use desktop_delivery::error::{ArchiveProblem, UnsupportedFile};
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
    let all: Vec<_> = archives.map(UnsupportedFile::Archive).into_iter().chain(others).collect();
    for language in [Language::ENGLISH, Language::FRENCH] {
        let texts = Catalog::builtin().texts(language);
        let without = texts.text("refusal-unsupported-type");
        for file in &all {
            assert_ne!(texts.unsupported(file), without, "{file}");
        }
    }
}
