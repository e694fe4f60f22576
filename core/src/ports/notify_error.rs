use crate::model::notice::NoticeFailure;
use std::error::Error as StdError;
use std::fmt;

/// The error of a notice that was not sent, either transient or permanent.
#[derive(Debug)]
pub struct NotifyError {
    transient: bool,
    adapter: &'static str,
    reason: NoticeFailure,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl NotifyError {
    /// Creates a transient error: a retry may succeed, because the peer is down, busy or
    /// greylisting.
    #[must_use]
    pub const fn transient(adapter: &'static str) -> Self {
        Self { transient: true, adapter, reason: NoticeFailure::TooManyTries, source: None }
    }

    /// Creates a permanent error: no retry can succeed, because the address does not exist or the
    /// message is refused.
    #[must_use]
    pub const fn permanent(adapter: &'static str) -> Self {
        Self { transient: false, adapter, reason: NoticeFailure::Refused, source: None }
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Sets the reason shown to staff if the notice is given up.
    #[must_use]
    pub const fn with_reason(mut self, reason: NoticeFailure) -> Self {
        self.reason = reason;
        self
    }

    /// Returns the reason shown to staff if the notice is given up. Default:
    /// [`NoticeFailure::Refused`] for permanent errors, [`NoticeFailure::TooManyTries`] for
    /// transient ones.
    #[must_use]
    pub const fn reason(&self) -> NoticeFailure {
        self.reason
    }

    /// Returns whether a retry may succeed.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        self.transient
    }
}

impl fmt::Display for NotifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = if self.transient { "not accepted for now" } else { "refused" };
        write!(f, "{}: the notice was {outcome}", self.adapter)
    }
}

impl StdError for NotifyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
