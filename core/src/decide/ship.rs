use super::change_terms::not_over;
use super::draft::{Decision, Draft};
use super::{Context, notify, over};
use crate::model::attachment::Attachment;
use crate::model::delivery::{Delivery, Status};
use crate::model::event::EventKind;
use crate::model::notice::Recipient;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;
use crate::model::zone::Zone;

/// Ships a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever calls the rule makes it")]
pub struct Ship {
    /// Whether something must be attached.
    pub shipment: Shipment,
    /// Sends the link to a partner without an account; as soon as something is attached, if nothing
    /// is.
    pub tell_partner: bool,
}

/// Whether a request may be shipped with nothing attached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "callers choose one of two")]
pub enum Shipment {
    /// At least one file must be attached.
    #[default]
    WithFiles,
    /// Ships whether or not files are attached; some may follow.
    WithoutFiles,
}

/// Ships a request: from now on the requester sees the attachments, and their days run.
///
/// A request that is shipped already stays as it is. A wish to cancel that waits is answered with
/// no.
///
/// # Errors
/// [`Refusal::NothingAttached`] where nothing is attached, unless the command allows it;
/// [`Refusal::PastEnd`] where the last day of an attachment has passed, so that nobody could download
/// it;
/// the refusal of a request that is over; [`Refusal::Forbidden`] to all but the supplier.
pub fn ship(
    delivery: &Delivery,
    command: &Ship,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.supplier(&delivery.record)?;
    over(&delivery.record)?;
    let mut draft = Draft::of(delivery, context);
    if delivery.record.status == Status::Pending {
        if command.shipment == Shipment::WithFiles
            && delivery.record.live_attachments().next().is_none()
        {
            return Err(Refusal::NothingAttached);
        }
        for attachment in delivery.record.live_attachments() {
            not_over(&attachment.terms, context.now, &delivery.record.zone, context)?;
        }
        become_shipped(&mut draft, command.tell_partner);
    }
    Ok(draft.finish(()))
}

pub(super) fn become_shipped(draft: &mut Draft<'_>, tell_partner: bool) {
    let now = draft.now();
    let record = draft.record_mut();
    record.status = Status::Shipped;
    record.status_since = now;
    let cancel_waited = record.cancel_requested_at.take().is_some();
    let zone = record.zone.clone();
    let mut shipped = 0;
    for attachment in record.attachments.iter_mut().filter(|attachment| attachment.is_live()) {
        start_terms(attachment, now, &zone);
        shipped += 1;
    }
    draft.add_event(EventKind::Shipped { attachments: shipped });
    if cancel_waited {
        draft.add_event(EventKind::CancelAnswered { accepted: false });
    }
    if tell_partner {
        notify::notify(draft, Recipient::Partner);
    }
}

/// Lets an attachment's days run from now.
pub(super) fn start_terms(attachment: &mut Attachment, now: Timestamp, zone: &Zone) {
    attachment.shipped_at = Some(now);
    attachment.shipped_version = Some(attachment.current().no);
    attachment.expires_at = Some(attachment.terms.expiry.resolve(now, zone));
}
