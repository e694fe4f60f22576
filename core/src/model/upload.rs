use crate::model::attachment::ReplaceReason;
use crate::model::file_name::FileName;
use crate::model::ids::{AttachmentNo, BlobKey, UploadNo, WriterId};
use crate::model::terms::Terms;
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Describes a file that a supplier is about to upload.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// The name to save it under.
    pub file_name: FileName,
    /// The media type that the caller states. It counts only if none is detected from the bytes and
    /// the policy profile lists it.
    pub media_type: Option<String>,
    /// Its length in bytes, if known. Set it if you can: a stream that ends early is then an error,
    /// and no more than this is reserved in the supplier's quota.
    pub size: Option<u64>,
    /// What the supplier writes about it.
    pub description: String,
    /// How often and how long it may be downloaded; `None` for the most that the policy allows.
    pub terms: Option<Terms>,
    /// The attachment that it replaces, and why; `None` for a new attachment.
    pub replaces: Option<(AttachmentNo, ReplaceReason)>,
}

impl NewFile {
    /// A new attachment under the most generous terms.
    #[must_use]
    pub const fn new(file_name: FileName) -> Self {
        Self {
            file_name,
            media_type: None,
            size: None,
            description: String::new(),
            terms: None,
            replaces: None,
        }
    }

    /// States the media type.
    #[must_use]
    pub fn with_media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// States the length, bytes.
    #[must_use]
    pub const fn with_size(mut self, size: u64) -> Self {
        self.size = Some(size);
        self
    }

    /// Adds a description.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Sets the terms.
    #[must_use]
    pub const fn with_terms(mut self, terms: Terms) -> Self {
        self.terms = Some(terms);
        self
    }

    /// Takes the place of an attachment's current version.
    #[must_use]
    pub const fn replacing(mut self, attachment: AttachmentNo, reason: ReplaceReason) -> Self {
        self.replaces = Some((attachment, reason));
        self
    }
}

/// How long the places of a process's uploads outlast its last heartbeat, seconds.
pub const UPLOAD_LEASE_SECONDS: i64 = 60;

/// How often a process renews its heartbeat, seconds: three may fail before its lease ends.
pub const HEARTBEAT_SECONDS: u64 = 15;

/// The lease of a process on the place of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "whoever calls the rule makes it")]
pub struct UploadLease {
    /// The process, whose heartbeat renews the leases of all its uploads.
    pub writer: WriterId,
    /// When to start checking the heartbeat; a process cannot be found gone before then.
    pub check_from: Timestamp,
}

/// Records an upload under way: where its bytes go, so that they are swept if it never ends.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Its number within the request.
    pub no: UploadNo,
    /// Where the bytes go.
    pub blob: BlobKey,
    /// The bytes reserved in the supplier's quota.
    pub reserved: u64,
    /// When it is given up, exclusive.
    pub deadline: Timestamp,
    /// The name to save it under.
    pub file_name: FileName,
    /// The description.
    pub description: String,
    /// The terms.
    pub terms: Terms,
    /// The lease on its place; `None` if only the deadline ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<UploadLease>,
    /// The attachment that it replaces, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<(AttachmentNo, ReplaceReason)>,
}
