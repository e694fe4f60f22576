use crate::model::input::{InputFault, InputField, InvalidInput};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

/// The maximum length of a file name in bytes, as in common file systems.
pub const MAX_FILE_NAME_BYTES: usize = 255;

/// The maximum length in bytes, without the dot, of an extension kept when a name is shortened.
const MAX_KEPT_ENDING_BYTES: usize = 20;

/// A file name: the last component of a path, without characters that could misrepresent it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileName(String);

impl FileName {
    /// Cleans a name sent by a browser or another client.
    ///
    /// - Only the last component of a path is kept (separated by `/` or `\`).
    /// - Control characters, line separators and characters that control the text direction are
    ///   removed. The joiners U+200C and U+200D are kept, because Persian spelling and emoji need
    ///   them.
    /// - Spaces at both ends and trailing dots are removed, as Windows does when it saves a file.
    /// - A name that Windows reserves for a device, such as `aux.pdf`, is prefixed with an
    ///   underscore.
    /// - A name longer than 255 bytes is shortened between two grapheme clusters (Unicode UAX #29),
    ///   and keeps its extension.
    ///
    /// ```
    /// # use desktop_delivery::FileName;
    /// let name = FileName::new("C:\\scans\\ice-ages.pdf");
    /// assert_eq!(name.as_ref().map(FileName::as_str), Ok("ice-ages.pdf"));
    ///
    /// let long = FileName::new(&format!("{}.pdf", "é".repeat(200))).expect("it has a letter");
    /// assert_eq!(long.as_str(), format!("{}.pdf", "é".repeat(125)));
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`] if no visible character remains.
    pub fn new(text: &str) -> Result<Self, InvalidInput> {
        if is_clean(text) {
            return Ok(Self(text.to_owned()));
        }
        Self::cleaned(text)
    }

    fn cleaned(text: &str) -> Result<Self, InvalidInput> {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let kept: String = last.chars().filter(|c| !is_dropped(*c)).collect();
        let name = without_ends(&kept);
        if !name.chars().any(is_visible) {
            return Err(InvalidInput::new(InputField::FILE_NAME, InputFault::EMPTY));
        }
        let name = shortened(name.to_owned());
        Ok(Self(if is_reserved(&name) { shortened(format!("_{name}")) } else { name }))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the extension in lowercase without its dot, such as `pdf`, or `None` if the name has
    /// no dot.
    #[must_use]
    pub fn ending(&self) -> Option<String> {
        ending(&self.0)
    }
}

/// Normalizes a name for comparison with lists of names, so that names that systems or readers
/// treat as the same compare equal.
///
/// - Compatibility characters are unified (Unicode NFKC): full-width letters and dots become plain
///   ones.
/// - Letters are in lowercase.
/// - Invisible characters, trailing blanks and dots (ignored by Windows) and the name of an
///   alternate data stream are removed.
pub(crate) fn comparable(name: &str) -> String {
    let seen = name.nfkc().filter(|c| c.is_whitespace() || is_visible(*c));
    let seen: String = seen.flat_map(char::to_lowercase).collect();
    let name = without_ends(&seen);
    let name = name.find("::$data").map_or(name, |at| without_ends(&name[..at]));
    name.to_owned()
}

/// Returns the extension of a name, [normalized](comparable) and without blanks.
pub(crate) fn ending(name: &str) -> Option<String> {
    let name = comparable(name);
    let (_, ending) = name.rsplit_once('.')?;
    Some(ending.chars().filter(|c| !c.is_whitespace()).collect())
}

/// Returns a name for a message, without characters that are invisible or change how the rest is
/// read.
pub(crate) fn displayed(name: &str) -> String {
    let is_blank = |c: char| c.is_whitespace() && !is_dropped(c);
    name.chars().filter(|c| is_blank(*c) || is_visible(*c)).collect()
}

/// Returns whether a name is plain ASCII that [`FileName::new`] leaves as it is. This covers nearly
/// all names, and every load of a delivery reads some.
fn is_clean(name: &str) -> bool {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'/' | b'\\');
    name.len() <= MAX_FILE_NAME_BYTES
        && name.bytes().all(is_plain)
        && name.starts_with(|first: char| first.is_ascii_graphic())
        && name.ends_with(|last: char| last.is_ascii_graphic() && last != '.')
        && !is_reserved(name)
}

fn without_ends(name: &str) -> &str {
    name.trim_start().trim_end_matches(|c: char| c == '.' || c.is_whitespace())
}

/// Returns whether a character is a control character, a line separator, or controls the text
/// direction (UAX #9).
fn is_dropped(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
        )
}

/// Returns whether a character is visible, alone or through its effect on a visible neighbor.
fn is_visible(c: char) -> bool {
    // The property Default_Ignorable_Code_Point.
    let is_ignorable = matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    !c.is_whitespace() && !c.is_control() && !is_ignorable
}

/// Returns whether Windows treats the name as a device, regardless of its extension.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    matches!(stem.as_str(), "AUX" | "CON" | "CONIN$" | "CONOUT$" | "NUL" | "PRN")
        || numbered.is_some_and(|rest| {
            let mut digits = rest.chars();
            matches!(digits.next(), Some('0'..='9' | '¹' | '²' | '³')) && digits.next().is_none()
        })
}

fn shortened(name: String) -> String {
    if name.len() <= MAX_FILE_NAME_BYTES {
        return name;
    }
    let (stem, ending) = match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot - 1 <= MAX_KEPT_ENDING_BYTES => name.split_at(dot),
        _ => (name.as_str(), ""),
    };
    let room = MAX_FILE_NAME_BYTES - ending.len();
    let whole = stem.grapheme_indices(true).map(|(at, cluster)| at + cluster.len());
    let cut = whole.take_while(|end| *end <= room).last();
    // A single cluster with many combining marks can exceed the maximum.
    let cut = cut.unwrap_or_else(|| stem.floor_char_boundary(room));
    format!("{}{ending}", without_ends(&stem[..cut]))
}

impl TryFrom<String> for FileName {
    type Error = InvalidInput;
    fn try_from(text: String) -> Result<Self, InvalidInput> {
        if is_clean(&text) { Ok(Self(text)) } else { Self::cleaned(&text) }
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> String {
        FileName::new(text).unwrap().as_str().to_owned()
    }

    #[test]
    fn a_file_name_is_the_last_component_without_misleading_characters() {
        let cases = [
            ("C:\\scans\\article.pdf", "article.pdf"),
            ("../../etc/passwd", "passwd"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("\u{200e}a\u{200f}b\u{61c}c\u{2066}d\u{2069}.pdf", "abcd.pdf"),
            ("Über die Lage.pdf ", "Über die Lage.pdf"),
            ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
            ("a\u{85}b\u{2028}c.pdf", "abc.pdf"),
            ("The \"Ice\" Ages.pdf", "The \"Ice\" Ages.pdf"),
        ];
        for (text, cleaned) in cases {
            assert_eq!(name(text), cleaned);
        }
        for text in ["", "/", "..", ". .", "\u{200b}", "\u{200d}\u{200c}", "\u{202e}", " \u{feff}."]
        {
            assert!(FileName::new(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn joiners_and_combining_marks_are_kept() {
        let names = [
            "می\u{200c}خواهم.pdf",
            "👩\u{200d}🔬 notes.pdf",
            "ក\u{200b}ខ.pdf",
            "क\u{94d}\u{200d}ष.pdf",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}.pdf",
        ];
        for text in names {
            assert_eq!(name(text), text);
        }
    }

    #[test]
    fn dots_and_blanks_that_windows_drops_do_not_hide_an_ending() {
        for text in ["setup.exe.", "setup.exe ", "setup.exe. .", "setup.exe . . "] {
            assert_eq!(name(text), "setup.exe", "{text:?}");
        }
        for text in [
            "a.EXE",
            "a.exe::$DATA",
            "a.ex\u{200d}e",
            "a.e\u{202e}xe",
            "a.exe\u{200b}",
            "a.exe.\u{3164}",
            "a.b.exe",
            "a.exe . ",
            "a.ｅｘｅ",
            "a．ＥＸＥ",
            "a.𝐞𝐱𝐞",
            "a.e\u{a0}xe",
        ] {
            assert_eq!(ending(text).as_deref(), Some("exe"), "{text:?}");
        }
        assert_eq!(ending("article"), None);
        assert_eq!(ending(".htaccess").as_deref(), Some("htaccess"));
        assert_eq!(ending("Ice: Ages.pdf").as_deref(), Some("pdf"));
        assert_eq!(ending("Eis……").as_deref(), None);
    }

    #[test]
    fn a_displayed_name_has_no_invisible_characters_and_no_direction_controls() {
        let cases = [
            ("x/a\u{202e}fdp.exe", "x/afdp.exe"),
            ("a.e\u{200b}x\u{200d}e", "a.exe"),
            ("\u{feff}a\r\n\0\u{2028}b\u{2066}.js", "ab.js"),
            ("Über die\u{a0}Lage 氷.exe", "Über die\u{a0}Lage 氷.exe"),
        ];
        for (name, shown) in cases {
            assert_eq!(displayed(name), shown, "{name:?}");
        }
    }

    #[test]
    fn names_of_windows_devices_get_an_underscore() {
        for text in ["aux.pdf", "CON", "nul.tar.gz", "Com1.pdf", "lpt9 .txt", "COM¹.pdf"] {
            assert_eq!(name(text), format!("_{text}"));
        }
        for text in ["auxiliary.pdf", "com10.pdf", "com.pdf", "article.con"] {
            assert_eq!(name(text), text);
        }
    }

    #[test]
    fn a_long_name_is_shortened_and_keeps_its_ending() {
        let cases = [
            ("x".repeat(255), "x".repeat(255)),
            ("x".repeat(256), "x".repeat(255)),
            (format!("{}.pdf", "é".repeat(200)), format!("{}.pdf", "é".repeat(125))),
            (format!("{}.pdf", "氷".repeat(100)), format!("{}.pdf", "氷".repeat(83))),
            (format!("{}.pdf", "e\u{301}".repeat(100)), format!("{}.pdf", "e\u{301}".repeat(83))),
            (
                format!("{}.pdf", "👩\u{200d}🔬".repeat(30)),
                format!("{}.pdf", "👩\u{200d}🔬".repeat(22)),
            ),
            (
                format!("{} {}.pdf", "x".repeat(250), "y".repeat(9)),
                format!("{}.pdf", "x".repeat(250)),
            ),
            (format!("a.{}", "b".repeat(300)), format!("a.{}", "b".repeat(253))),
        ];
        for (text, short) in cases {
            assert_eq!(name(&text), short);
        }
        let pile = name(&format!("e{}.pdf", "\u{301}".repeat(300)));
        assert!(pile.len() <= 255 && pile.ends_with(".pdf"), "{pile}");
    }

    #[test]
    fn plain_names_are_clean() {
        for text in ["ice-ages.pdf", "The \"Ice\" Ages (2021).pdf", ".x", &"a".repeat(255)] {
            assert!(is_clean(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_leaves_a_clean_name_as_it_is(
            text in "[ -~]{0,12}|(aux|COM1|nul)[. ]?[a-z]{0,3}|[ -~]{250,260}|(\\PC|\u{200d}){0,8}",
        ) {
            if is_clean(&text) {
                let cleaned = FileName::cleaned(&text).unwrap();
                prop_assert_eq!(cleaned.as_str(), text);
            }
        }

        #[test]
        fn cleaning_is_idempotent(text in "(\\PC|[. /\\\\]|\u{200d}|\u{301}|👩){0,300}") {
            if let Ok(once) = FileName::new(&text) {
                prop_assert!(once.as_str().len() <= MAX_FILE_NAME_BYTES);
                prop_assert_eq!(FileName::new(once.as_str()).unwrap(), once);
            }
        }
    }
}
