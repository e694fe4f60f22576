use crate::FailureReason;
use std::time::Duration;

/// The outcome of one attempt to deliver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The status that the receiver answered with, if it did.
    pub status: Option<u16>,
    /// Why the attempt failed; `None` if it succeeded.
    pub failure: Option<FailureReason>,
    /// How long the receiver took to answer, or until the attempt failed.
    pub duration: Duration,
    /// The wait in seconds that the receiver asked for with `Retry-After`.
    pub(crate) retry_after: Option<i64>,
}

impl Attempt {
    /// Returns whether the receiver accepted the delivery with a status of 2xx.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.failure.is_none()
    }
}
