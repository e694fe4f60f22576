use crate::part::Part;
use std::error::Error as StdError;
use std::fmt;

/// An error in a library's subject or text of a notice, with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    kind: TextErrorKind,
    part: Part,
    line: Option<usize>,
}

/// The kind of error in a library's text.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextErrorKind {
    /// A block placeholder shares its line with other text.
    Crowded {
        /// The name of the placeholder.
        name: &'static str,
    },
    /// The subject or the text is empty.
    Empty,
    /// A required placeholder is missing.
    Missing {
        /// The name of the placeholder.
        name: &'static str,
    },
    /// The subject has more than one line.
    SeveralLines,
    /// A `}` without a matching `{`.
    StrayBrace,
    /// The subject or the text is longer than allowed.
    TooLong {
        /// The maximum length in bytes.
        limit: usize,
    },
    /// A placeholder appears too often.
    TooOften {
        /// The name of the placeholder.
        name: &'static str,
        /// The maximum number of uses.
        limit: usize,
    },
    /// A `{` without a `}` on the same line.
    Unclosed,
    /// A placeholder of the text that is not available in the subject.
    NotInSubject {
        /// The name of the placeholder.
        name: &'static str,
    },
    /// The notice has no placeholder with this name.
    Unknown {
        /// The first characters of the name as written.
        name: String,
    },
}

impl TextErrorKind {
    /// Creates an error of the text, with its line if it has one.
    pub(crate) const fn at(self, line: Option<usize>) -> TextError {
        TextError { kind: self, part: Part::Text, line }
    }
}

impl TextError {
    /// Returns the kind of error.
    #[must_use]
    pub const fn kind(&self) -> &TextErrorKind {
        &self.kind
    }

    /// Returns the part of the notice with the error: [`Part::Subject`] or [`Part::Text`].
    #[must_use]
    pub const fn part(&self) -> Part {
        self.part
    }

    /// Turns this into an error of the subject, which has no lines.
    pub(crate) fn of_subject(self) -> Self {
        Self { part: Part::Subject, line: None, ..self }
    }

    /// Returns the line of the text, counted from 1, if the error is in one line.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// Returns a stable identifier in kebab case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.kind {
            TextErrorKind::Crowded { .. } => "crowded",
            TextErrorKind::Empty => "empty",
            TextErrorKind::Missing { .. } => "missing",
            TextErrorKind::NotInSubject { .. } => "not-in-subject",
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
        let part = if self.part == Part::Subject { "subject" } else { "text" };
        match (&self.kind, self.line) {
            // These messages name the part themselves.
            (
                TextErrorKind::Empty
                | TextErrorKind::NotInSubject { .. }
                | TextErrorKind::SeveralLines
                | TextErrorKind::TooLong { .. },
                _,
            ) => {}
            (_, Some(line)) => write!(f, "line {line}: ")?,
            (_, None) if self.part == Part::Subject => f.write_str("subject: ")?,
            _ => {}
        }
        match &self.kind {
            TextErrorKind::Crowded { name } => write!(f, "{{{name}}} needs a line of its own"),
            TextErrorKind::Empty => write!(f, "the {part} is empty"),
            TextErrorKind::Missing { name } => write!(f, "the placeholder {{{name}}} is missing"),
            TextErrorKind::NotInSubject { name } => {
                write!(f, "the subject cannot have the placeholder {{{name}}}")
            }
            TextErrorKind::SeveralLines => f.write_str("the subject has more than one line"),
            TextErrorKind::StrayBrace => f.write_str("a } does not close a placeholder"),
            TextErrorKind::TooLong { limit } => {
                write!(f, "the {part} is longer than {limit} bytes")
            }
            TextErrorKind::TooOften { name, limit } => {
                write!(f, "the placeholder {{{name}}} is used more than {limit} times")
            }
            TextErrorKind::Unclosed => f.write_str("a { is not closed by a }"),
            // The name is not quoted: it is the library's text, and logs are read by the operator.
            TextErrorKind::Unknown { .. } => f.write_str("there is no such placeholder"),
        }
    }
}

impl StdError for TextError {}
