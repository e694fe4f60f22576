use super::draft::{Decision, Draft};
use super::{Context, over};
use crate::model::attachment::{Attachment, RemovedAttachment};
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::AttachmentNo;
use crate::model::refusal::Refusal;

/// The maximum number of removed attachments kept in a record; the audit keeps all.
const MAX_REMOVED: usize = 32;

/// Removes an attachment: nobody can claim or fetch it any longer, and its bytes may be deleted at
/// once.
///
/// An attachment that has already been removed is left unchanged.
///
/// # Errors
/// [`Refusal::Unknown`] or [`Refusal::Purged`] if there is no such attachment; the refusal for a
/// request that is over; [`Refusal::Forbidden`] for the requester's staff; [`Refusal::Unknown`] for
/// strangers.
pub fn remove(
    delivery: &Delivery,
    no: AttachmentNo,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.supplier(&delivery.record)?;
    over(&delivery.record)?;
    let mut draft = Draft::of(delivery, context);
    match draft.live(no) {
        Ok(_) => take_away(&mut draft, no),
        Err(Refusal::Removed { .. }) => {}
        Err(refusal) => return Err(refusal),
    }
    Ok(draft.finish(()))
}

/// Takes an attachment out of the delivery; keeps its number, so that a link to it can show why it
/// no longer opens.
pub(super) fn take_away(draft: &mut Draft<'_>, no: AttachmentNo) {
    let now = draft.now();
    draft.add_event(EventKind::Removed { attachment: no });
    draft.delete_current(no, now);
    // No ticket opens an older version any longer either.
    draft.delete_all_versions(no, now);
    let record = draft.record_mut();
    let Some(place) = record.attachments.iter().position(|attachment| attachment.no == no) else {
        return;
    };
    let removed = record.attachments.remove(place);
    let Attachment { shipped_version, recalled, .. } = removed;
    record.removed.push(RemovedAttachment { no, at: now, shipped_version, recalled });
    if record.removed.len() > MAX_REMOVED {
        record.removed.remove(0);
    }
    record.extension_requests.retain(|ask| ask.attachment != no);
    record.problems.retain(|problem| problem.attachment != no);
}
