use desktop_delivery::Language;

/// The direction in which a language is written.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From left to right.
    LeftToRight,
    /// From right to left.
    RightToLeft,
}

impl Direction {
    /// The value of HTML's `dir`: `ltr` or `rtl`.
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

/// A language that there are texts in, as a menu shows it.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageInfo {
    /// Its tag.
    pub language: Language,
    /// Its name in itself: "Français".
    pub name: String,
    /// The direction in which it is written.
    pub direction: Direction,
}
