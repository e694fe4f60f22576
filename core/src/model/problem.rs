use crate::model::ids::{AttachmentNo, StaffId, VersionNo};
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Records what the requester's staff found wrong with an attachment.
///
/// There is at most one for each attachment and kind. It goes when the attachment is replaced or
/// removed; until then it stays, with the supplier's answer if there is one.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentProblem {
    /// The attachment.
    pub attachment: AttachmentNo,
    /// The version in which they found it.
    pub version: VersionNo,
    /// What is wrong.
    pub kind: ProblemKind,
    /// Since when it waits, or waited, for an answer.
    pub at: Timestamp,
    /// Who reported it last; `None` for the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// What they wrote; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What the supplier answered; `None` while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<ProblemAnswer>,
}

impl DocumentProblem {
    /// Whether it waits for the supplier.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.answer.is_none()
    }
}

/// Records what the supplier answered to a problem without replacing the document.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemAnswer {
    /// When.
    pub at: Timestamp,
    /// Who answered; `None` for the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// What they wrote; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Tells what is wrong with a document.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// A page is missing or cut off.
    MissingPage,
    /// Anything else.
    Other,
    /// The scan cannot be read.
    Unreadable,
    /// It is not what was asked for.
    WrongArticle,
}
