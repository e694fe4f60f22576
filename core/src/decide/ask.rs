use super::Context;
use super::draft::{Decision, Draft};
use super::openings::opens;
use crate::model::delivery::{Delivery, ExtensionRequest};
use crate::model::event::EventKind;
use crate::model::ids::{AttachmentNo, LinkNo};
use crate::model::limit::Limit;
use crate::model::notice::{NoticeKind, Recipient};
use crate::model::refusal::Refusal;

/// The maximum length of the note with an extension request, a problem or an answer, in bytes.
const MAX_NOTE_BYTES: usize = 1_000;

/// Requests an extension (more downloads or time) from the supplier, who is notified by email.
///
/// A pending extension request of the same link for the same attachment is left unchanged and sends
/// no second email, so that nobody can flood the supplier.
///
/// # Errors
/// [`Refusal::Removed`], [`Refusal::Purged`] or [`Refusal::Unknown`] if there is no such
/// attachment; [`Refusal::OverLimit`] if the note is longer than 1,000 bytes; every refusal that
/// closes the link.
pub fn ask(
    delivery: &Delivery,
    link: LinkNo,
    attachment: AttachmentNo,
    note: &str,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    opens(&delivery.record, link, context.now)?;
    let mut draft = Draft::of(delivery, context);
    draft.live(attachment)?;
    let note = note_of(note)?;
    let waits = |ask: &ExtensionRequest| ask.link == link && ask.attachment == attachment;
    if !delivery.record.extension_requests.iter().any(waits) {
        draft.record_mut().extension_requests.push(ExtensionRequest {
            attachment,
            link,
            at: context.now,
            note,
        });
        draft.add_event(EventKind::MoreRequested { attachment, link });
        draft.notify(NoticeKind::MoreRequested, Recipient::SupplierStaff, None, Some(attachment));
    }
    Ok(draft.finish(()))
}

/// Returns a person's text without control characters other than line feeds.
pub(super) fn note_of(text: &str) -> Result<String, Refusal> {
    if text.len() > MAX_NOTE_BYTES {
        return Err(Refusal::OverLimit { what: Limit::NoteBytes, limit: MAX_NOTE_BYTES as u64 });
    }
    Ok(text.chars().filter(|c| !c.is_control() || *c == '\n').collect())
}
