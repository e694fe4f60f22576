/// A part of a message, with a template of its own.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The HTML alternative.
    Html,
    /// The subject line.
    Subject,
    /// The plain text.
    Text,
}

impl Part {
    pub(crate) const ALL: [Self; 3] = [Self::Html, Self::Subject, Self::Text];

    /// Returns the extension of the part's template files.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Subject => "subject",
            Self::Text => "txt",
        }
    }
}
