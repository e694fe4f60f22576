use crate::model::file_name::FileName;
use crate::model::file_warning::FileWarning;
use crate::model::ids::{AttachmentNo, BlobKey, Digest, VersionNo};
use crate::model::terms::Terms;
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest description, bytes.
pub const MAX_DESCRIPTION_BYTES: usize = 500;

/// Describes one file that a supplier added to a request.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its number within the request.
    pub no: AttachmentNo,
    /// What the supplier wrote about it; may be empty.
    pub description: String,
    /// How often and how long it may be downloaded.
    pub terms: Terms,
    /// Since when the requester sees it: the terms' days run from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_at: Option<Timestamp>,
    /// The end of the terms, exclusive; `None` until shipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Since when its bytes are gone because its time was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purged_at: Option<Timestamp>,
    /// Whether the audit already has the end of its terms.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expiry_recorded: bool,
    /// The version that was current when it was shipped. The requester never sees older ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_version: Option<VersionNo>,
    /// The newest version that was replaced as the wrong document. It and the versions before it
    /// cannot be downloaded anymore, not even with an open ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recalled: Option<Recalled>,
    /// The older versions with open tickets, then the current version; never empty.
    pub versions: Vec<Version>,
}

/// Records that a version was replaced as the wrong document, so that no transfer of it goes on.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recalled {
    /// The version.
    pub version: VersionNo,
    /// When.
    pub at: Timestamp,
}

/// What is kept of a removed attachment.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedAttachment {
    /// Its number within the request, which is not reused.
    #[serde(rename = "n")]
    pub no: AttachmentNo,
    /// When.
    #[serde(rename = "t")]
    pub at: Timestamp,
    /// The version that was current when it was shipped; `None` where it never was.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub shipped_version: Option<VersionNo>,
}

/// Describes the bytes of one version of an attachment.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its number within the attachment.
    pub no: VersionNo,
    /// The name to save it under.
    pub file_name: FileName,
    /// Its media type, detected from its content.
    pub media_type: String,
    /// Its length, bytes.
    pub size: u64,
    /// Its SHA-256.
    pub digest: Digest,
    /// Where its bytes are.
    pub blob: BlobKey,
    /// When it was attached.
    pub attached_at: Timestamp,
    /// The warnings for the supplier's staff when it was attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<FileWarning>,
    /// Why and when the next version took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Replaced>,
}

/// Records why and when a version was replaced.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: ReplaceReason,
}

/// Tells why a file is replaced.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplaceReason {
    /// Pages are missing.
    MissingPages,
    /// Any other reason.
    Other,
    /// The scan cannot be read.
    Unreadable,
    /// It is not what was asked for: the bytes of all versions so far go at once, open tickets too.
    WrongDocument,
}

impl Attachment {
    /// The version that is downloaded now.
    ///
    /// # Panics
    /// Never for what [`decide`](crate::decide) made: there is always a version.
    #[must_use]
    pub fn current(&self) -> &Version {
        self.versions.last().expect("an attachment is made with its first version")
    }

    /// When the requester's document was last replaced because it was the wrong one; `None` if that
    /// never happened after the attachment was shipped.
    #[must_use]
    pub fn recalled_at(&self) -> Option<Timestamp> {
        let recalled = self.recalled?;
        (recalled.version >= self.shipped_version?).then_some(recalled.at)
    }

    /// Looks up a version among those that are kept.
    #[must_use]
    pub fn version(&self, no: VersionNo) -> Option<&Version> {
        self.versions.iter().find(|version| version.no == no)
    }

    /// Whether its bytes are kept.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.purged_at.is_none()
    }

    /// Whether its terms have ended.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now >= end)
    }
}
