use crate::model::ids::{AttachmentNo, StaffId, VersionNo};
use crate::model::named::named_enum;
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// A problem with an attachment, reported by the requester's staff.
///
/// There is at most one for each attachment and kind. It is kept, with the supplier's answer if
/// there is one, until the attachment is replaced or removed.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentProblem {
    /// The attachment.
    pub attachment: AttachmentNo,
    /// The version in which they found it.
    pub version: VersionNo,
    /// The kind of problem.
    pub kind: ProblemKind,
    /// When it was reported.
    pub at: Timestamp,
    /// Who reported it last; `None` for the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// Their note; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The supplier's answer; `None` while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<ProblemAnswer>,
}

impl DocumentProblem {
    /// Returns whether it waits for the supplier.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.answer.is_none()
    }
}

/// The supplier's answer to a problem without a replacement of the document.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemAnswer {
    /// The time of the answer.
    pub at: Timestamp,
    /// Who answered; `None` for the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// Their note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

named_enum! {
    /// The kind of problem with a document.
    #[non_exhaustive]
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ProblemKind {
        /// A page is missing or cut off.
        MissingPage = "missing-page",
        /// Any other problem.
        Other = "other",
        /// The scan is unreadable.
        Unreadable = "unreadable",
        /// It is the wrong document.
        WrongArticle = "wrong-article",
    }
}
