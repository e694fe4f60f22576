use std::error::Error as StdError;
use std::fmt;

/// A problem in a message, described for its author.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageProblem {
    /// The file, or the folder of the language.
    pub file: String,
    /// The line in the file, counted from 1, if known.
    pub line: Option<usize>,
    /// The key of the message, such as `link-title` or `problem-busy.heading`.
    pub key: Option<String>,
    /// The problem and the remedy.
    pub problem: String,
}

impl fmt::Display for MessageProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ", `{key}`")?;
        }
        write!(f, ": {}", self.problem)
    }
}

/// The error of messages that cannot be used, with all problems found.
#[derive(Debug)]
pub struct CatalogError {
    problems: Vec<MessageProblem>,
}

impl CatalogError {
    pub(crate) const fn new(problems: Vec<MessageProblem>) -> Self {
        Self { problems }
    }

    /// Returns the problems, in the order of the files.
    #[must_use]
    pub fn problems(&self) -> &[MessageProblem] {
        &self.problems
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("could not load the messages")?;
        let mut sign = ": ";
        for problem in &self.problems {
            write!(f, "{sign}{problem}")?;
            sign = "; ";
        }
        Ok(())
    }
}

impl StdError for CatalogError {}
