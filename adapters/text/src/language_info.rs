use desktop_delivery::Language;

/// The writing direction of a language.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From left to right.
    LeftToRight,
    /// From right to left.
    RightToLeft,
}

impl Direction {
    /// Returns the value of HTML's `dir`: `ltr` or `rtl`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::LeftToRight, Self::RightToLeft].into_iter().find(|one| one.as_str() == name)
    }
}

/// An available language, as shown in a menu.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageInfo {
    /// The language tag.
    pub language: Language,
    /// The name of the language in that language: "Français".
    pub name: String,
    /// The writing direction.
    pub direction: Direction,
}
