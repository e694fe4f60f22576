use crate::templates::Part;
use std::error::Error as StdError;
use std::fmt;

/// An error in the subject or the text that a library wrote for a notice, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    kind: TextErrorKind,
    part: Part,
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
    /// The subject or the text is empty.
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
    /// The subject or the text is longer than allowed.
    TooLong {
        /// The largest length, in bytes.
        limit: usize,
    },
    /// A placeholder appears too often.
    TooOften {
        /// The placeholder's name.
        name: &'static str,
        /// The most that is allowed.
        limit: usize,
    },
    /// A `{` is not closed on its line.
    Unclosed,
    /// This placeholder of the notice's text cannot be used in its subject.
    NotInSubject {
        /// The placeholder's name.
        name: &'static str,
    },
    /// The notice has no placeholder of this name.
    Unknown {
        /// The first characters of the name, as they were written.
        name: String,
    },
}

impl TextErrorKind {
    /// This error of the text, in one of its lines where it is in one.
    pub(crate) const fn at(self, line: Option<usize>) -> TextError {
        TextError { kind: self, part: Part::Text, line }
    }
}

impl TextError {
    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> &TextErrorKind {
        &self.kind
    }

    /// The part of the notice that is wrong: [`Part::Subject`] or [`Part::Text`].
    #[must_use]
    pub const fn part(&self) -> Part {
        self.part
    }

    /// The same error of a subject, which has no lines.
    pub(crate) fn of_subject(self) -> Self {
        Self { part: Part::Subject, line: None, ..self }
    }

    /// The line of the text, from 1, where the error is in one.
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
            // They name the part themselves.
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
            TextErrorKind::StrayBrace => f.write_str("a } closes no placeholder"),
            TextErrorKind::TooLong { limit } => {
                write!(f, "the {part} is longer than {limit} bytes")
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
