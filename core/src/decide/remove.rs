use super::draft::{Decision, Draft};
use super::{Context, over};
use crate::model::attachment::RemovedAttachment;
use crate::model::delivery::Delivery;
use crate::model::event::What;
use crate::model::ids::AttachmentNo;
use crate::model::refusal::Refusal;

/// The longest list of removed attachments that a body keeps; the audit keeps all.
const MAX_REMOVED: usize = 32;

/// Removes an attachment: nobody can claim or fetch it any more, and its bytes go at once.
///
/// An attachment that is removed already stays as it is.
///
/// # Errors
/// [`Refusal::Unknown`] where there is no such attachment; the refusal of a request that is over;
/// [`Refusal::Forbidden`] to all but the supplier.
pub fn remove(
    delivery: &Delivery,
    no: AttachmentNo,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.supplier(&delivery.body)?;
    over(&delivery.body)?;
    let mut draft = Draft::of(delivery, context);
    match draft.live(no) {
        Ok(_) => take_away(&mut draft, no),
        Err(Refusal::Removed { .. }) => {}
        Err(refusal) => return Err(refusal),
    }
    Ok(draft.finish(()))
}

/// Takes an attachment out of the delivery; only its number stays, so that a link to it can show
/// why it opens nothing.
pub(super) fn take_away(draft: &mut Draft<'_>, no: AttachmentNo) {
    let now = draft.now();
    draft.record(What::Removed { attachment: no });
    draft.doom_current(no, now);
    let body = draft.body_mut();
    let Some(place) = body.attachments.iter().position(|attachment| attachment.no == no) else {
        return;
    };
    let removed = body.attachments.remove(place);
    // No ticket opens an older version any more either.
    for doomed in &mut body.doomed {
        if removed.versions.iter().any(|version| version.blob == doomed.blob) {
            doomed.from = doomed.from.min(now);
        }
    }
    let shipped_version = removed.shipped_version;
    body.removed.push(RemovedAttachment { no, at: now, shipped_version });
    if body.removed.len() > MAX_REMOVED {
        body.removed.remove(0);
    }
    body.asks.retain(|ask| ask.attachment != no);
    body.problems.retain(|problem| problem.attachment != no);
}
