//! Splits text into the words that searches compare.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_script::{Script, UnicodeScript};

/// The maximum length of a compared word in characters; the rest of a longer word is ignored.
pub const MAX_WORD_CHARS: usize = 64;

/// The canonical combining class of nuktas, the dots below Indic letters (UAX #44).
const NUKTA: u8 = 7;

/// Returns the words by which a text is found. In scripts without spaces, each character is paired
/// with the next one; the last one stands alone.
pub(crate) fn indexed(text: &str) -> Vec<String> {
    let pairs = |characters: &[String]| -> Vec<String> {
        (0..characters.len())
            .map(|first| characters[first..].iter().take(2).cloned().collect())
            .collect()
    };
    runs(text).into_iter().flat_map(|run| run.words(pairs)).collect()
}

/// Returns the words to search for in typed text: as [`indexed`], except that the last character of
/// a script without spaces counts only within its pair.
pub(crate) fn sought(text: &str) -> Vec<String> {
    let pairs = |characters: &[String]| match characters {
        [only] => vec![only.clone()],
        _ => characters.windows(2).map(<[String]>::concat).collect(),
    };
    runs(text).into_iter().flat_map(|run| run.words(pairs)).collect()
}

/// A run of letters, digits and marks.
#[derive(Debug, PartialEq, Eq)]
enum Run {
    /// In a script that separates words by spaces.
    Spaced(String),
    /// In a script without spaces: its characters, each with its marks.
    Unspaced(Vec<String>),
}

impl Run {
    fn words(self, pairs: impl Fn(&[String]) -> Vec<String>) -> Vec<String> {
        match self {
            Self::Spaced(word) => vec![word.chars().take(MAX_WORD_CHARS).collect()],
            Self::Unspaced(characters) => pairs(&characters),
        }
    }
}

/// Splits a text where a run ends, and where the kind of script changes.
fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut open: Option<Run> = None;
    for c in folded(text).chars() {
        if is_combining_mark(c) {
            match &mut open {
                Some(Run::Spaced(word)) => word.push(c),
                Some(Run::Unspaced(characters)) => {
                    if let Some(last) = characters.last_mut() {
                        last.push(c);
                    }
                }
                // A mark without a letter.
                None => {}
            }
            continue;
        }
        if !c.is_alphanumeric() {
            runs.extend(open.take());
            continue;
        }
        match (&mut open, is_unspaced(c)) {
            (Some(Run::Spaced(word)), false) => word.push(c),
            (Some(Run::Unspaced(characters)), true) => characters.push(c.into()),
            (_, false) => runs.extend(open.replace(Run::Spaced(c.into()))),
            (_, true) => runs.extend(open.replace(Run::Unspaced(vec![c.into()]))),
        }
    }
    runs.extend(open);
    runs
}

/// Folds different spellings of a text into one.
fn folded(text: &str) -> String {
    let letters: String = text
        .nfkd()
        .filter(|c| !is_optional_mark(*c))
        // Both ways, so that letters with several forms become one: ẞ, ß and ss, ς and σ.
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .fold(String::with_capacity(text.len()), |mut folded, c| {
            match spelled(c) {
                Some(letters) => folded.push_str(letters),
                None => folded.push(c),
            }
            folded
        });
    // Hangul syllables and voiced kana count as one character each.
    letters.nfc().collect()
}

/// Returns whether readers usually omit a mark when typing: accents, points and vowel signs of
/// scripts whose letters suffice. In other scripts (such as Thai and Devanagari) marks spell the
/// vowels, and in kana they form another syllable.
fn is_optional_mark(c: char) -> bool {
    is_combining_mark(c)
        && !matches!(c, '\u{3099}' | '\u{309a}')
        && (canonical_combining_class(c) == NUKTA
            || matches!(
                c.script(),
                Script::Arabic
                    | Script::Common
                    | Script::Cyrillic
                    | Script::Greek
                    | Script::Hebrew
                    | Script::Inherited
                    | Script::Latin
                    | Script::Syriac
            ))
}

/// Returns whether a letter belongs to a script without spaces between words, or between the parts
/// of compound words (Hangul).
fn is_unspaced(c: char) -> bool {
    match c.script() {
        Script::Balinese
        | Script::Bopomofo
        | Script::Han
        | Script::Hangul
        | Script::Hiragana
        | Script::Javanese
        | Script::Katakana
        | Script::Khmer
        | Script::Lao
        | Script::Myanmar
        | Script::New_Tai_Lue
        | Script::Tai_Le
        | Script::Tai_Tham
        | Script::Tai_Viet
        | Script::Thai
        | Script::Yi => true,
        // The long vowel mark of kana and other letters shared by several scripts.
        Script::Common => {
            let scripts = c.script_extension();
            !scripts.is_common() && scripts.contains_script(Script::Katakana)
        }
        _ => false,
    }
}

/// Returns the usual spelling of letters that Unicode does not decompose.
const fn spelled(letter: char) -> Option<&'static str> {
    match letter {
        'æ' => Some("ae"),
        'đ' => Some("d"),
        'ł' => Some("l"),
        'ø' => Some("o"),
        'œ' => Some("oe"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_without_spaces_yields_pairs() {
        assert_eq!(indexed("地理学 of 1974年"), ["地理", "理学", "学", "of", "1974", "年"]);
        assert_eq!(sought("地理学 of 1974年"), ["地理", "理学", "of", "1974", "年"]);
        assert_eq!(indexed("ชั้นดี"), ["ชั้น", "นดี", "ดี"], "a character keeps its marks");
    }

    #[test]
    fn marks_are_dropped_where_letters_suffice() {
        let cases = [
            ("Érosion", "erosion"),
            ("STRAẞE Straße", "strasse strasse"),
            ("שָׁלוֹם", "שלום"),
            ("كِتَاب", "كتاب"),
            ("й", "и"),
            ("फ़िल्म", "फिल्म"),
            ("किताब", "किताब"),
            ("が", "が"),
            ("ﾃﾞ", "デ"),
            ("각", "각"),
        ];
        for (text, expected) in cases {
            let expected: String = expected.nfc().collect();
            assert_eq!(folded(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,60}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }

        #[test]
        fn words_need_no_quoting(text in "\\PC{0,60}") {
            for word in indexed(&text).into_iter().chain(sought(&text)) {
                let is_plain = |c: char| c.is_alphanumeric() || is_combining_mark(c);
                prop_assert!(!word.is_empty() && word.chars().all(is_plain), "{:?}", word);
            }
        }
    }
}
