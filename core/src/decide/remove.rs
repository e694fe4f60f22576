use super::draft::{Decision, Draft};
use super::{Context, over};
use crate::delivery::Delivery;
use crate::event::What;
use crate::ids::AttachmentNo;
use crate::refusal::Refusal;

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

pub(super) fn take_away(draft: &mut Draft<'_>, no: AttachmentNo) {
    let now = draft.now();
    draft.doom_current(no, now);
    if let Some(attachment) = draft.attachment_mut(no) {
        attachment.removed_at = Some(now);
    }
    draft.body_mut().asks.retain(|ask| ask.attachment != no);
    draft.body_mut().problems.retain(|problem| problem.attachment != no);
    draft.record(What::Removed { attachment: no });
}
