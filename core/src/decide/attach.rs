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

/// Tells what an upload brought.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever calls the rule makes it")]
pub struct StoredUpload {
    /// The upload.
    pub upload: UploadNo,
    /// What is stored.
    pub stored: Stored,
    /// What the stored bytes are.
    pub content: FileContent,
}

/// Makes a stored upload an attachment, or a new version of one; returns the attachment and
/// version.
///
/// On a request that is shipped already it is visible at once, its days run from now, and those who
/// were told of the request by mail are told of it.
///
/// # Errors
/// [`Refusal::Stale`] where the upload was given up meanwhile; [`Refusal::TooLarge`] and
/// [`Refusal::UnsupportedType`] where the bytes are not what the policy allows; the refusal of a
/// request that is over; [`Refusal::Forbidden`] to all but the supplier.
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
            // Whoever brings something new brings its reader back with the host's next news.
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
