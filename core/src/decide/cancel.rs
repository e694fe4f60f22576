use super::draft::{Decision, Draft};
use super::end::end;
use super::{Context, over};
use crate::model::delivery::{Delivery, Status};
use crate::model::event::EventKind;
use crate::model::notice::{NoticeKind, Recipient};
use crate::model::refusal::Refusal;

/// Requests cancellation from the supplier (ISO 18626 action Cancel), who may accept or decline.
///
/// A pending cancellation request is left unchanged.
///
/// # Errors
/// The refusal for a request that is over; [`Refusal::Forbidden`] for the supplier's staff;
/// [`Refusal::Unknown`] for strangers.
pub fn request_cancel(delivery: &Delivery, context: &Context<'_>) -> Result<Decision<()>, Refusal> {
    context.requester(&delivery.record)?;
    over(&delivery.record)?;
    let mut draft = Draft::of(delivery, context);
    wish(&mut draft);
    Ok(draft.finish(()))
}

/// Accepts or declines the cancellation request (ISO 18626 CancelResponse).
///
/// Accepting it before Shipped cancels the request and revokes its links. After Shipped, it can
/// only be declined: the document has been delivered, and the supplier can withdraw it instead.
///
/// # Errors
/// [`Refusal::Stale`] if there is no cancellation request; [`Refusal::WrongStatus`] if it is
/// accepted after Shipped; the refusal for a request that is over; [`Refusal::Forbidden`] for the
/// requester's staff; [`Refusal::Unknown`] for strangers.
pub fn answer_cancel(
    delivery: &Delivery,
    accept: bool,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.supplier(&delivery.record)?;
    over(&delivery.record)?;
    if delivery.record.cancel_requested_at.is_none() {
        return Err(Refusal::Stale);
    }
    let status = delivery.record.status;
    if accept && status != Status::Pending {
        return Err(Refusal::WrongStatus { status });
    }
    let mut draft = Draft::of(delivery, context);
    draft.record_mut().cancel_requested_at = None;
    draft.add_event(EventKind::CancelAnswered { accepted: accept });
    if accept {
        become_cancelled(&mut draft);
    }
    Ok(draft.finish(()))
}

pub(super) fn wish(draft: &mut Draft<'_>) {
    if draft.record().cancel_requested_at.is_none() {
        let now = draft.now();
        draft.record_mut().cancel_requested_at = Some(now);
        draft.add_event(EventKind::CancelRequested);
        draft.notify(NoticeKind::CancelRequested, Recipient::SupplierStaff, None, None);
    }
}

pub(super) fn become_cancelled(draft: &mut Draft<'_>) {
    end(draft, Status::Cancelled, EventKind::Cancelled);
}
