use crate::model::input::{InputFault, InputField, InvalidInput};
use oxilangtag::LanguageTag;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The maximum length of a tag in bytes: the length that RFC 5646 §4.4.1 requires implementations
/// to accept.
const MAX_BYTES: usize = 35;

/// The language of a reader: a well-formed BCP 47 tag (RFC 5646) in its canonical case.
///
/// A tag expresses a preference; there may be no texts in that language. Pages and emails use the
/// best available language, in the order of [`fallbacks`](Self::fallbacks). Tags have at most 35
/// bytes. [`Default`] is English.
///
/// # Example
/// ```
/// use desktop_delivery::Language;
///
/// let language: Language = "ES-mx".parse()?;
/// assert_eq!(language.as_str(), "es-MX");
/// let fallbacks: Vec<_> = language.fallbacks().map(|language| language.to_string()).collect();
/// assert_eq!(fallbacks, ["es-MX", "es"]);
///
/// let error = "Spanish, I think".parse::<Language>().unwrap_err();
/// assert_eq!(error.to_string(), "language is not a language tag (BCP 47)");
/// # Ok::<(), desktop_delivery::InvalidInput>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language {
    /// The tag, padded with zeros.
    bytes: [u8; MAX_BYTES],
}

impl Language {
    /// English.
    pub const ENGLISH: Self = Self::of_two_letters(*b"en");
    /// French.
    pub const FRENCH: Self = Self::of_two_letters(*b"fr");

    const fn of_two_letters(letters: [u8; 2]) -> Self {
        let mut bytes = [0; MAX_BYTES];
        [bytes[0], bytes[1]] = letters;
        Self { bytes }
    }

    /// Parses a tag in any case.
    ///
    /// # Errors
    /// [`InvalidInput`] if the text is not a well-formed BCP 47 tag or is longer than 35 bytes.
    pub fn new(tag: &str) -> Result<Self, InvalidInput> {
        let wrong = || InvalidInput::new(InputField::LANGUAGE, InputFault::NOT_A_LANGUAGE);
        // Normalizing changes only the case of letters.
        if tag.len() > MAX_BYTES {
            return Err(wrong());
        }
        let tag = LanguageTag::parse_and_normalize(tag).map_err(|_| wrong())?;
        Ok(Self::of_text(tag.as_str()))
    }

    /// Wraps a tag known to be well-formed and short enough.
    fn of_text(tag: &str) -> Self {
        let mut bytes = [0; MAX_BYTES];
        bytes.iter_mut().zip(tag.bytes()).for_each(|(place, byte)| *place = byte);
        Self { bytes }
    }

    /// Returns the tag, such as `en` or `pt-BR`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let length = self.bytes.iter().position(|byte| *byte == 0).unwrap_or(MAX_BYTES);
        std::str::from_utf8(&self.bytes[..length]).unwrap_or("en")
    }

    /// Returns the language without script, region and variant: `es` for `es-MX`.
    #[must_use]
    pub fn primary(self) -> Self {
        self.as_str().split_once('-').map_or(self, |(primary, _)| Self::of_text(primary))
    }

    /// Returns this language followed by less and less specific ones: `zh-Hant-TW`, `zh-Hant`, `zh`
    /// (the lookup of RFC 4647 §3.4).
    pub fn fallbacks(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |language| {
            let (mut shorter, _) = language.as_str().rsplit_once('-')?;
            // A single letter introduces the following subtag and is meaningless at the end.
            while let Some((before, last)) = shorter.rsplit_once('-')
                && last.len() == 1
            {
                shorter = before;
            }
            (shorter.len() > 1).then(|| Self::of_text(shorter))
        })
    }
}

impl Default for Language {
    fn default() -> Self {
        Self::ENGLISH
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Language").field(&self.as_str()).finish()
    }
}

impl FromStr for Language {
    type Err = InvalidInput;
    fn from_str(tag: &str) -> Result<Self, InvalidInput> {
        Self::new(tag)
    }
}

impl TryFrom<String> for Language {
    type Error = InvalidInput;
    fn try_from(tag: String) -> Result<Self, InvalidInput> {
        Self::new(&tag)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_kept_in_its_canonical_case() {
        for (typed, tag) in [
            ("EN", "en"),
            ("fr-ca", "fr-CA"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("de-CH-1901", "de-CH-1901"),
            ("x-whatever", "x-whatever"),
            ("en-a-bbb-x-a-ccc", "en-a-bbb-x-a-ccc"),
        ] {
            assert_eq!(Language::new(typed).map(|language| language.to_string()), Ok(tag.into()));
        }
        assert_eq!(Language::new("en"), Ok(Language::ENGLISH));
        assert_eq!(Language::new("FR"), Ok(Language::FRENCH));
    }

    #[test]
    fn invalid_tags_are_rejected() {
        let long = format!("en-x-{}", "abcdefgh-".repeat(4));
        for text in ["", "e", "en_CA", "en-", "français", "en\0", " en", "en ", "a-DE", &long] {
            assert!(Language::new(text).is_err(), "{text:?}");
        }
        let longest = "zh-cmn-hans-cn-variant1-variant2-xx";
        assert_eq!(longest.len(), MAX_BYTES);
        assert!(Language::new("de-Latn-DE-variant1-variant2-xa-bbb").is_err());
        assert!(Language::new("de-Latn-DE-variant1-variant2-x-abcd").is_ok());
    }

    #[test]
    fn fallbacks_drop_one_subtag_after_the_other() {
        let fallbacks = |tag: &str| {
            let language = Language::new(tag).unwrap();
            language.fallbacks().map(|language| language.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(fallbacks("es"), ["es"]);
        assert_eq!(
            fallbacks("zh-Hant-CN-x-private1"),
            ["zh-Hant-CN-x-private1", "zh-Hant-CN", "zh-Hant", "zh"]
        );
        assert_eq!(fallbacks("x-whatever"), ["x-whatever"]);
        assert_eq!(Language::new("es-MX").unwrap().primary().as_str(), "es");
        assert_eq!(Language::FRENCH.primary(), Language::FRENCH);
    }

    #[test]
    fn a_stored_language_reads_back() {
        for (language, json) in [(Language::ENGLISH, "\"en\""), (Language::FRENCH, "\"fr\"")] {
            assert_eq!(serde_json::to_string(&language).unwrap(), json);
            assert_eq!(serde_json::from_str::<Language>(json).unwrap(), language);
        }
        assert!(serde_json::from_str::<Language>("\"English!\"").is_err());
    }
}
