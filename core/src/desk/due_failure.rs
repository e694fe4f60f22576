use crate::desk::Error;
use crate::desk::ErrorChain;
use crate::model::ids::{NoticeNo, RequestHandle, RequestReference};
use std::fmt;

/// Due work on one request that failed. The work stays due unless it is a notice that was
/// permanently rejected.
///
/// Displays as one line for a log: the work, the request, the error with its chain of causes, and
/// the remedy.
#[non_exhaustive]
#[derive(Debug)]
pub struct DueFailure {
    /// The request.
    pub handle: RequestHandle,
    /// The host's reference; `None` if the ledger could not read the request.
    pub reference: Option<RequestReference>,
    /// The work that failed.
    pub work: DueWork,
    /// The error.
    pub error: Error,
}

/// A kind of due work.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueWork {
    /// Sending a notice.
    Notice(NoticeNo),
    /// Ending terms and deleting files that nobody can reach.
    Sweep,
    /// Giving up a dropped upload.
    Upload,
}

impl fmt::Display for DueWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Notice(no) => write!(f, "could not send notice {no}"),
            Self::Sweep => f.write_str("could not end terms or delete files"),
            Self::Upload => f.write_str("could not give up an upload"),
        }
    }
}

impl fmt::Display for DueFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of request ", self.work)?;
        match &self.reference {
            Some(reference) => write!(f, "{} ({})", reference.as_str(), self.handle)?,
            None => write!(f, "{}", self.handle)?,
        }
        write!(f, ": {}; {}", ErrorChain::of(&self.error), self.error.remedy())
    }
}
