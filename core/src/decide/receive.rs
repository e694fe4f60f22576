use super::draft::{Decision, Draft};
use super::{Context, notify, over};
use crate::model::delivery::{Delivery, Status};
use crate::model::event::EventKind;
use crate::model::notice::Recipient;
use crate::model::refusal::Refusal;

/// Marks a request as received. If `notify_patron` is set, the patron is notified as soon as
/// something is attached.
///
/// A request that has already been received is left unchanged.
///
/// # Errors
/// [`Refusal::NotShipped`] before Shipped; the refusal for a request that is over;
/// [`Refusal::Forbidden`] for the supplier's staff; [`Refusal::Unknown`] for strangers.
pub fn receive(
    delivery: &Delivery,
    notify_patron: bool,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.requester(&delivery.record)?;
    over(&delivery.record)?;
    let mut draft = Draft::of(delivery, context);
    match delivery.record.status {
        Status::Pending => return Err(Refusal::NotShipped),
        Status::Shipped => become_received(&mut draft, notify_patron),
        _ => {}
    }
    Ok(draft.finish(()))
}

pub(super) fn become_received(draft: &mut Draft<'_>, notify_patron: bool) {
    let now = draft.now();
    let record = draft.record_mut();
    record.status = Status::Received;
    record.status_since = now;
    draft.add_event(EventKind::Received);
    if notify_patron && draft.record().facts.patron.is_some() {
        notify::notify(draft, Recipient::Patron);
    }
}
