use crate::model::file_name::FileName;
use crate::model::file_warning::FileWarning;
use crate::model::ids::{AttachmentNo, BlobKey, Digest, VersionNo};
use crate::model::named::named_enum;
use crate::model::terms::Terms;
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// The maximum length of a description in bytes.
pub const MAX_DESCRIPTION_BYTES: usize = 500;

/// A file that a supplier has attached to a request.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its number within the request.
    pub no: AttachmentNo,
    /// The supplier's description; may be empty.
    pub description: String,
    /// The limits on downloads.
    pub terms: Terms,
    /// When the requester first saw it. The days of the terms count from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_at: Option<Timestamp>,
    /// The end of the terms, exclusive; `None` until shipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When its bytes were purged after the terms had ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purged_at: Option<Timestamp>,
    /// Whether the end of its terms is recorded in the history.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expiry_recorded: bool,
    /// The version that was current when it was shipped. The requester does not see older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_version: Option<VersionNo>,
    /// The newest version that was replaced as the wrong document. It and all earlier versions can
    /// no longer be downloaded, not even with an open ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recalled: Option<Recalled>,
    /// The older versions with open tickets, followed by the current version; never empty.
    pub versions: Vec<Version>,
}

/// The recall of a version that was replaced as the wrong document. It stops open transfers of that
/// version.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recalled {
    /// The version.
    pub version: VersionNo,
    /// The time of the recall.
    pub at: Timestamp,
}

/// The remaining record of a removed attachment.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedAttachment {
    /// Its number within the request, which is not reused.
    #[serde(rename = "n")]
    pub no: AttachmentNo,
    /// The time of the removal.
    #[serde(rename = "t")]
    pub at: Timestamp,
    /// The version that was current when it was shipped; `None` if it was not shipped.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub shipped_version: Option<VersionNo>,
    /// The newest version that was replaced as the wrong document; `None` if none was.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub recalled: Option<Recalled>,
}

/// One version of an attachment.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its number within the attachment.
    pub no: VersionNo,
    /// The name to save it under.
    pub file_name: FileName,
    /// Its media type, detected from its content.
    pub media_type: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256.
    pub digest: Digest,
    /// The key of its bytes.
    pub blob: BlobKey,
    /// When it was attached.
    pub attached_at: Timestamp,
    /// The warnings shown to the supplier's staff when it was attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<FileWarning>,
    /// The reason and time of its replacement by the next version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Replaced>,
}

/// The replacement of a version.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// The time of the replacement.
    pub at: Timestamp,
    /// The reason.
    pub reason: ReplaceReason,
}

named_enum! {
    /// The reason for replacing a file.
    #[non_exhaustive]
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ReplaceReason {
        /// Pages are missing.
        MissingPages = "missing-pages",
        /// The scan is unreadable.
        Unreadable = "unreadable",
        /// It is the wrong document. All versions so far are recalled immediately, including open
        /// tickets.
        WrongDocument = "wrong-document",
        /// Any other reason.
        Other = "other",
    }
}

impl Attachment {
    /// Returns the version that is downloaded now.
    ///
    /// # Panics
    /// If there is no version, which does not happen for attachments made by
    /// [`decide`](crate::decide).
    #[must_use]
    pub fn current(&self) -> &Version {
        self.versions.last().expect("an attachment is created with its first version")
    }

    /// Returns when the shipped document was last replaced as the wrong one, or `None` if it never
    /// was.
    #[must_use]
    pub fn recalled_at(&self) -> Option<Timestamp> {
        let recalled = self.recalled?;
        // Before the terms begin, nobody could download it.
        let has_begun = self.terms.not_before.is_none_or(|from| from <= recalled.at);
        (has_begun && recalled.version >= self.shipped_version?).then_some(recalled.at)
    }

    /// Returns a version if it is still recorded.
    #[must_use]
    pub fn version(&self, no: VersionNo) -> Option<&Version> {
        self.versions.iter().find(|version| version.no == no)
    }

    /// Returns whether its bytes are kept.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.purged_at.is_none()
    }

    /// Returns whether its terms have ended.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now >= end)
    }
}
