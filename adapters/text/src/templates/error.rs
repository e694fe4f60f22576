use std::error::Error as StdError;
use std::fmt;

/// An error in a template that replaces a built-in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    name: String,
    line: Option<usize>,
    problem: String,
}

impl TemplateError {
    /// Creates the error of a template.
    #[must_use]
    pub const fn new(name: String, line: Option<usize>, problem: String) -> Self {
        Self { name, line, problem }
    }

    /// Returns the name of the template, as in the built-in files: `en/received-patron.txt`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the line, counted from 1, if known.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// Returns the problem.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "template {}", self.name)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl StdError for TemplateError {}
