use super::check_content::{check_content, warnings};
use super::draft::{Decision, Draft};
use super::{Context, describe, notify, over, replace, ship};
use crate::content::FileContent;
use crate::model::attachment::{Attachment, Version};
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::{AttachmentNo, UploadNo, VersionNo};
use crate::model::refusal::Refusal;
use crate::ports::blob_store::Stored;

/// An upload whose bytes are stored.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredUpload {
    /// The upload.
    pub upload: UploadNo,
    /// The size and digest of the stored bytes.
    pub stored: Stored,
    /// The detected content of the stored bytes.
    pub content: FileContent,
}

impl StoredUpload {
    /// Creates an upload whose bytes are stored and inspected.
    #[must_use]
    pub const fn new(upload: UploadNo, stored: Stored, content: FileContent) -> Self {
        Self { upload, stored, content }
    }
}

/// Turns a stored upload into an attachment, or into a new version of one; returns the attachment's
/// number and the version.
///
/// On a request that has been shipped, a new attachment is visible at once, its days start now, and
/// the people who were emailed about the request are notified of it.
///
/// # Errors
/// [`Refusal::Stale`] if the upload was abandoned in the meantime; [`Refusal::TooLarge`] or
/// [`Refusal::UnsupportedType`] if the policy does not allow the bytes; the refusal for a request
/// that is over; [`Refusal::Forbidden`] for the requester's staff; [`Refusal::Unknown`] for
/// strangers. For a new version, also [`Refusal::Removed`] or [`Refusal::Purged`] if the attachment
/// is gone, and [`Refusal::OverLimit`] after 1,000 versions.
pub fn attach(
    delivery: &Delivery,
    settled: &StoredUpload,
    context: &Context<'_>,
) -> Result<Decision<(AttachmentNo, Version)>, Refusal> {
    context.supplier(&delivery.record)?;
    over(&delivery.record)?;
    let record = &delivery.record;
    let upload =
        record.uploads.iter().find(|upload| upload.no == settled.upload).ok_or(Refusal::Stale)?;
    let Stored { size, digest } = settled.stored;
    let limit = context.policy.max_file_bytes;
    if size > limit {
        return Err(Refusal::TooLarge { limit });
    }
    let media_type = check_content(&settled.content, &upload.file_name, context.policy)
        .map_err(Refusal::UnsupportedType)?;
    let replaced = upload.replaces.map(|(no, _)| no);
    let mut version = Version {
        no: VersionNo::new(1),
        file_name: upload.file_name.clone(),
        media_type,
        size,
        digest,
        blob: upload.blob,
        attached_at: context.now,
        warnings: warnings(record, &settled.content, &upload.file_name, digest, replaced),
        replaced: None,
    };
    let mut draft = Draft::of(delivery, context);
    draft.record_mut().uploads.retain(|other| other.no != settled.upload);
    let signed = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    draft.charge_bytes(signed(size).saturating_sub(signed(upload.reserved)));
    let answer = match upload.replaces {
        Some((no, reason)) => {
            version.no = replace::replace(&mut draft, no, reason, version.clone(), context)?;
            if !upload.description.is_empty() {
                describe::set(&mut draft, no, &upload.description)?;
            }
            (no, version)
        }
        None => {
            let record = draft.record_mut();
            record.last_attachment = record.last_attachment.saturating_add(1);
            let no = AttachmentNo::new(record.last_attachment);
            let mut attachment = Attachment {
                no,
                description: upload.description.clone(),
                terms: upload.terms,
                shipped_at: None,
                expires_at: None,
                purged_at: None,
                expiry_recorded: false,
                shipped_version: None,
                recalled: None,
                versions: vec![version.clone()],
            };
            if record.status.is_visible() {
                ship::start_terms(&mut attachment, context.now, &record.zone);
            }
            record.attachments.push(attachment);
            // A patron who was forgotten is restored by the host's next update.
            record.forgotten_at = None;
            let is_visible = record.status.is_visible();
            draft.add_event(EventKind::Attached { attachment: no, size, digest });
            if is_visible {
                notify::notify_of_addition(&mut draft, no);
            }
            (no, version)
        }
    };
    Ok(draft.finish(answer))
}
