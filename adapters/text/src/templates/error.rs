use std::error::Error as StdError;
use std::fmt;

/// Says what is wrong with a template that replaces one of ours, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    name: String,
    line: Option<usize>,
    problem: String,
}

impl TemplateError {
    /// An error in the template of this name.
    #[must_use]
    pub const fn new(name: String, line: Option<usize>, problem: String) -> Self {
        Self { name, line, problem }
    }

    /// Which template, as our file for it is named: `en/received-patron.txt`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The line, from 1, where it is known.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// What is wrong.
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
