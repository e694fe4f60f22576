use std::error::Error;
use std::fmt;
use std::iter::successors;

/// An error that displays with its chain of causes on one line, for a log.
///
/// # Example
/// ```
/// # use desktop_delivery::{Error, StoreError};
/// # use desktop_delivery::error::{ErrorChain, StoreErrorKind};
/// let cause = std::io::Error::other("connection refused");
/// let store = StoreError::new(StoreErrorKind::Unavailable, "postgres", "commit");
/// let error = Error::from(store.with_source(cause));
/// let line = ErrorChain::of(&error).to_string();
/// assert_eq!(line, "postgres: commit failed (unavailable): connection refused");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ErrorChain<'a>(&'a (dyn Error + 'static));

impl<'a> ErrorChain<'a> {
    /// Creates a chain that begins with this error.
    #[must_use]
    pub const fn of(error: &'a (dyn Error + 'static)) -> Self {
        Self(error)
    }
}

impl fmt::Display for ErrorChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut before = self.0.to_string();
        for cause in successors(self.0.source(), |&cause| cause.source()) {
            let text = cause.to_string();
            // Some libraries repeat their cause in their own message.
            if !before.ends_with(&text) {
                // A peer's reply may have several lines.
                write!(f, ": {}", text.replace(['\r', '\n'], " "))?;
            }
            before = text;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{StoreError, StoreErrorKind};

    #[test]
    fn a_chain_is_one_line_and_repeats_nothing() {
        let store = |source: Box<dyn Error + Send + Sync>| {
            StoreError::new(StoreErrorKind::Denied, "fs", "put").with_source(source)
        };
        let twice = store(Box::new(store("no rights\nhere".into())));
        let text = ErrorChain::of(&twice).to_string();
        assert_eq!(text, "fs: put failed (access denied): no rights here");
    }
}
