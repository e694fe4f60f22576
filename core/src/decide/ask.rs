use super::Context;
use super::draft::{Decision, Draft};
use super::openings::opens;
use crate::model::delivery::{Delivery, ExtensionRequest};
use crate::model::event::EventKind;
use crate::model::ids::{AttachmentNo, LinkNo};
use crate::model::limit::Limit;
use crate::model::notice::{NoticeKind, Recipient};
use crate::model::refusal::Refusal;

/// The longest note with a wish, a problem or an answer, bytes.
const MAX_NOTE_BYTES: usize = 1_000;

/// Asks the supplier for more downloads or time; the supplier is told by mail.
///
/// A wish that waits already stays as it is, so that nobody can flood the supplier.
///
/// # Errors
/// [`Refusal::Removed`], [`Refusal::Purged`] and [`Refusal::Unknown`] where there is no such
/// attachment; [`Refusal::OverLimit`] where the note is too long; every refusal that closes the
/// link.
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

/// What a person wrote, without control characters.
pub(super) fn note_of(text: &str) -> Result<String, Refusal> {
    if text.len() > MAX_NOTE_BYTES {
        return Err(Refusal::OverLimit { what: Limit::NoteBytes, limit: MAX_NOTE_BYTES as u64 });
    }
    Ok(text.chars().filter(|c| !c.is_control() || *c == '\n').collect())
}
