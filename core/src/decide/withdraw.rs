use super::draft::{Decision, Draft};
use super::end::end;
use super::{Context, over};
use crate::model::delivery::{Delivery, Status};
use crate::model::event::EventKind;
use crate::model::refusal::Refusal;

/// Takes a shipped request back: nothing of it can be claimed or fetched any more, and its links
/// and open wishes end.
///
/// # Errors
/// [`Refusal::NotShipped`] before Shipped, where the supplier removes attachments instead; the
/// refusal of a request that is over; [`Refusal::Forbidden`] to all but the supplier.
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
