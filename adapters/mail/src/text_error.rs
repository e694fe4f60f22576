use std::error::Error as StdError;
use std::fmt;

/// An error in a library's text of a notice, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    kind: TextErrorKind,
    line: Option<usize>,
}

/// What is wrong with a library's text.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextErrorKind {
    /// A placeholder that needs a line of its own shares one.
    Crowded {
        /// The placeholder's name.
        name: &'static str,
    },
    /// There is no text.
    Empty,
    /// A required placeholder is missing.
    Missing {
        /// The placeholder's name.
        name: &'static str,
    },
    /// The subject has more than one line.
    SeveralLines,
    /// A `}` closes nothing.
    StrayBrace,
    /// The text is longer than allowed.
    TooLong {
        /// The largest length, in bytes.
        limit: usize,
    },
    /// A placeholder appears in the text too often.
    TooOften {
        /// The placeholder's name.
        name: &'static str,
        /// The most that is allowed.
        limit: usize,
    },
    /// A `{` is not closed on its line.
    Unclosed,
    /// The notice has no placeholder of this name.
    Unknown {
        /// The first characters of the name, as they were written.
        name: String,
    },
}

impl TextErrorKind {
    pub(crate) const fn at(self, line: Option<usize>) -> TextError {
        TextError { kind: self, line }
    }
}

impl TextError {
    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> &TextErrorKind {
        &self.kind
    }

    /// The line, from 1, where the error is in one.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// A stable name for programs, in kebab case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.kind {
            TextErrorKind::Crowded { .. } => "crowded",
            TextErrorKind::Empty => "empty",
            TextErrorKind::Missing { .. } => "missing",
            TextErrorKind::SeveralLines => "several-lines",
            TextErrorKind::StrayBrace => "stray-brace",
            TextErrorKind::TooLong { .. } => "too-long",
            TextErrorKind::TooOften { .. } => "too-often",
            TextErrorKind::Unclosed => "unclosed",
            TextErrorKind::Unknown { .. } => "unknown",
        }
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        match &self.kind {
            TextErrorKind::Crowded { name } => write!(f, "{{{name}}} needs a line of its own"),
            TextErrorKind::Empty => f.write_str("the text is empty"),
            TextErrorKind::Missing { name } => write!(f, "the placeholder {{{name}}} is missing"),
            TextErrorKind::SeveralLines => f.write_str("the subject has more than one line"),
            TextErrorKind::StrayBrace => f.write_str("a } closes no placeholder"),
            TextErrorKind::TooLong { limit } => {
                write!(f, "the text is longer than {limit} bytes")
            }
            TextErrorKind::TooOften { name, limit } => {
                write!(f, "the placeholder {{{name}}} is used more than {limit} times")
            }
            TextErrorKind::Unclosed => f.write_str("a { is not closed by a }"),
            // Not the name: it is somebody's text, and logs are for the operator.
            TextErrorKind::Unknown { .. } => f.write_str("there is no such placeholder"),
        }
    }
}

impl StdError for TextError {}
