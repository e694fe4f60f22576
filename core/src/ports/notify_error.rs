use crate::model::notice::NoticeFailure;
use std::error::Error as StdError;
use std::fmt;

/// Says that a notice was not handed over, and whether another try can help.
#[derive(Debug)]
pub struct NotifyError {
    transient: bool,
    adapter: &'static str,
    reason: NoticeFailure,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl NotifyError {
    /// A later try may succeed: the peer is down, busy or greylisting.
    #[must_use]
    pub const fn transient(adapter: &'static str) -> Self {
        Self { transient: true, adapter, reason: NoticeFailure::TooManyTries, source: None }
    }

    /// No later try can succeed: the address does not exist or the message is refused.
    #[must_use]
    pub const fn permanent(adapter: &'static str) -> Self {
        Self { transient: false, adapter, reason: NoticeFailure::Refused, source: None }
    }

    /// Adds what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Sets the reason that staff see with the request if the notice is given up.
    #[must_use]
    pub const fn with_reason(mut self, reason: NoticeFailure) -> Self {
        self.reason = reason;
        self
    }

    /// The reason that staff see if the notice is given up. Default: [`NoticeFailure::Refused`] for
    /// permanent errors and [`NoticeFailure::TooManyTries`] for transient ones.
    #[must_use]
    pub const fn reason(&self) -> NoticeFailure {
        self.reason
    }

    /// Whether a later try may succeed.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        self.transient
    }
}

impl fmt::Display for NotifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = if self.transient { "not taken for now" } else { "refused" };
        write!(f, "{}: the notice was {outcome}", self.adapter)
    }
}

impl StdError for NotifyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
