use crate::model::participant::Language;
use std::borrow::Cow;
use std::fmt;

/// A text in every language of pages; `Display` is the English one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalizedText {
    english: Cow<'static, str>,
    french: Cow<'static, str>,
}

impl LocalizedText {
    /// A text with its translations.
    #[must_use]
    pub fn new(
        english: impl Into<Cow<'static, str>>,
        french: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { english: english.into(), french: french.into() }
    }

    /// A text that every reader gets as it is, such as the answer of another program.
    #[must_use]
    pub fn untranslated(text: impl Into<Cow<'static, str>>) -> Self {
        let english = text.into();
        Self { french: english.clone(), english }
    }

    /// The text in a language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::French => &self.french,
        }
    }
}

impl fmt::Display for LocalizedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}
