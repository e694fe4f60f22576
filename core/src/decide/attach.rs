use super::draft::{Decision, Draft};
use super::{Context, describe, over, replace, ship, tell};
use crate::attachment::{Attachment, Version};
use crate::blob_store::Stored;
use crate::delivery::Delivery;
use crate::event::What;
use crate::ids::{AttachmentNo, UploadNo, VersionNo};
use crate::refusal::Refusal;

/// Tells what an upload brought.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever calls the rule makes it")]
pub struct Settled {
    /// The upload.
    pub upload: UploadNo,
    /// What is stored.
    pub stored: Stored,
    /// The media type that the bytes show.
    pub media_type: String,
}

/// Makes a stored upload an attachment, or the new version of one; answers which.
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
    settled: &Settled,
    context: &Context<'_>,
) -> Result<Decision<(AttachmentNo, VersionNo)>, Refusal> {
    context.supplier(&delivery.body)?;
    over(&delivery.body)?;
    let body = &delivery.body;
    let upload =
        body.uploads.iter().find(|upload| upload.no == settled.upload).ok_or(Refusal::Stale)?;
    let Stored { size, digest } = settled.stored;
    let limit = context.policy.max_file_bytes;
    if size > limit {
        return Err(Refusal::TooLarge { limit });
    }
    if !context.policy.is_allowed(&settled.media_type, upload.file_name.as_str()) {
        return Err(Refusal::UnsupportedType { media_type: settled.media_type.clone() });
    }
    let version = Version {
        no: VersionNo::new(1),
        file_name: upload.file_name.clone(),
        media_type: settled.media_type.clone(),
        size,
        digest,
        blob: upload.blob,
        attached_at: context.now,
        replaced: None,
    };
    let mut draft = Draft::of(delivery, context);
    draft.body_mut().uploads.retain(|other| other.no != settled.upload);
    let signed = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    draft.charge_bytes(signed(size).saturating_sub(signed(upload.reserved)));
    let answer = match upload.replaces {
        Some((no, reason)) => {
            let replaced = replace::replace(&mut draft, no, reason, version)?;
            if !upload.description.is_empty() {
                describe::set(&mut draft, no, &upload.description)?;
            }
            replaced
        }
        None => {
            let body = draft.body_mut();
            body.last_attachment = body.last_attachment.saturating_add(1);
            let no = AttachmentNo::new(body.last_attachment);
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
                versions: vec![version],
            };
            if body.status.is_visible() {
                ship::start_terms(&mut attachment, context.now, &body.zone);
            }
            body.attachments.push(attachment);
            // Whoever brings something new brings its reader back with the host's next news.
            body.forgotten_at = None;
            let is_visible = body.status.is_visible();
            draft.record(What::Attached { attachment: no, size, digest });
            if is_visible {
                tell::tell_of_addition(&mut draft, no);
            }
            (no, VersionNo::new(1))
        }
    };
    Ok(draft.finish(answer))
}
