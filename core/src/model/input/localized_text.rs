use crate::model::language::Language;
use std::borrow::Cow;
use std::fmt;

/// A text from a part of the host, such as an inspector, in English and any number of other
/// languages. `Display` is the English text.
///
/// # Example
/// ```
/// use desktop_delivery::Language;
/// use desktop_delivery::input::LocalizedText;
///
/// let text = LocalizedText::new("it has no pages").with(Language::FRENCH, "il n’a aucune page");
/// assert_eq!(text.in_language("fr-CA".parse()?), "il n’a aucune page");
/// assert_eq!(text.in_language("es".parse()?), "it has no pages");
/// # Ok::<(), desktop_delivery::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalizedText {
    english: Cow<'static, str>,
    others: Vec<(Language, Cow<'static, str>)>,
}

impl LocalizedText {
    /// Creates a text in English, shown to every reader without a better [translation](Self::with).
    #[must_use]
    pub fn new(english: impl Into<Cow<'static, str>>) -> Self {
        Self { english: english.into(), others: Vec::new() }
    }

    /// Adds or replaces the text in another language.
    #[must_use]
    pub fn with(mut self, language: Language, text: impl Into<Cow<'static, str>>) -> Self {
        if language == Language::ENGLISH {
            self.english = text.into();
        } else {
            self.others.retain(|(other, _)| *other != language);
            self.others.push((language, text.into()));
        }
        self
    }

    /// Returns the text in a language, in its nearest [fallback](Language::fallbacks), or in
    /// English.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        let text_of = |wanted| self.others.iter().find(|(other, _)| *other == wanted);
        language.fallbacks().find_map(text_of).map_or(&*self.english, |(_, text)| text)
    }
}

impl fmt::Display for LocalizedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}
