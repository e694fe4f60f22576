use super::draft::{Decision, Draft};
use super::{Context, over};
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::AttachmentNo;
use crate::model::refusal::Refusal;

/// Reorders the attachments; `order` must contain each attachment whose bytes are kept exactly
/// once.
///
/// # Errors
/// [`Refusal::Stale`] if `order` contains other attachments, for example because one was attached
/// or removed in the meantime; the refusal for a request that is over; [`Refusal::Forbidden`] for
/// the requester's staff; [`Refusal::Unknown`] for strangers.
pub fn reorder(
    delivery: &Delivery,
    order: &[AttachmentNo],
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.supplier(&delivery.record)?;
    over(&delivery.record)?;
    let mut live: Vec<_> = delivery.record.live_attachments().map(|a| a.no).collect();
    if live == order {
        return Ok(Draft::of(delivery, context).finish(()));
    }
    let mut named = order.to_vec();
    named.sort_unstable();
    live.sort_unstable();
    if named != live {
        return Err(Refusal::Stale);
    }
    let mut draft = Draft::of(delivery, context);
    // The supplier does not order purged attachments; they come last.
    draft.record_mut().attachments.sort_by_key(|attachment| {
        order.iter().position(|no| *no == attachment.no).unwrap_or(usize::MAX)
    });
    draft.add_event(EventKind::Reordered);
    Ok(draft.finish(()))
}
