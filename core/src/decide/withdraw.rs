use super::draft::{Decision, Draft};
use super::end::end;
use super::{Context, over};
use crate::model::delivery::{Delivery, Status};
use crate::model::event::EventKind;
use crate::model::refusal::Refusal;

/// Withdraws a shipped request: nothing can be claimed or fetched any longer, its links are
/// revoked, and its pending extension and cancellation requests are discarded.
///
/// # Errors
/// [`Refusal::NotShipped`] before Shipped, when the supplier removes attachments instead; the
/// refusal for a request that is over; [`Refusal::Forbidden`] for the requester's staff;
/// [`Refusal::Unknown`] for strangers.
pub fn withdraw(
    delivery: &Delivery,
    why: &str,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.supplier(&delivery.record)?;
    over(&delivery.record)?;
    if !delivery.record.status.is_visible() {
        return Err(Refusal::NotShipped);
    }
    let mut draft = Draft::of(delivery, context);
    end(&mut draft, Status::Withdrawn, EventKind::Withdrawn { why: why.to_owned() });
    Ok(draft.finish(()))
}
