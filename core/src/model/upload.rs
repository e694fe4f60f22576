use crate::model::attachment::ReplaceReason;
use crate::model::file_name::FileName;
use crate::model::ids::{AttachmentNo, BlobKey, UploadNo, WriterId};
use crate::model::terms::Terms;
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// A file about to be uploaded by a supplier.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// The name to save it under.
    pub file_name: FileName,
    /// The media type stated by the caller. It counts only if none is detected from the bytes and
    /// the policy profile lists it.
    pub media_type: Option<String>,
    /// The length in bytes, if known. Set it if possible: a stream that ends early is then an
    /// error, and only this much of the supplier's quota is reserved.
    pub size: Option<u64>,
    /// The supplier's description.
    pub description: String,
    /// The limits on downloads; `None` for the maximum of the policy.
    pub terms: Option<Terms>,
    /// The attachment to replace and the reason; `None` for a new attachment.
    pub replaces: Option<(AttachmentNo, ReplaceReason)>,
}

impl NewFile {
    /// Creates a new attachment with the maximum terms of the policy.
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

    /// Sets the media type.
    #[must_use]
    pub fn with_media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// Sets the length in bytes.
    #[must_use]
    pub const fn with_size(mut self, size: u64) -> Self {
        self.size = Some(size);
        self
    }

    /// Sets the description.
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

    /// Replaces the current version of an attachment.
    #[must_use]
    pub const fn replacing(mut self, attachment: AttachmentNo, reason: ReplaceReason) -> Self {
        self.replaces = Some((attachment, reason));
        self
    }
}

/// How long a process's uploads survive its last heartbeat, in seconds.
pub const UPLOAD_LEASE_SECONDS: i64 = 60;

/// The interval between heartbeats of a process in seconds. Three may fail before its lease ends.
pub const HEARTBEAT_SECONDS: u64 = 15;

/// The lease of a process on an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "whoever calls the rule makes it")]
pub struct UploadLease {
    /// The process, whose heartbeat renews the leases of all its uploads.
    pub writer: WriterId,
    /// When to start checking the heartbeat. The process cannot be considered dead before then.
    pub check_from: Timestamp,
}

/// An unfinished upload. It records the key of the bytes, so that they are deleted if it never
/// ends.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Its number within the request.
    pub no: UploadNo,
    /// The key of the bytes.
    pub blob: BlobKey,
    /// The number of bytes reserved in the supplier's quota.
    pub reserved: u64,
    /// When it is abandoned, exclusive.
    pub deadline: Timestamp,
    /// The name to save it under.
    pub file_name: FileName,
    /// The description.
    pub description: String,
    /// The terms.
    pub terms: Terms,
    /// The lease on the upload; `None` if only the deadline applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<UploadLease>,
    /// The attachment to replace and the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<(AttachmentNo, ReplaceReason)>,
}
