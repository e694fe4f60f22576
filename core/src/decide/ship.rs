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

/// A command to ship a request.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ship {
    /// Whether a file must be attached.
    pub shipment: Shipment,
    /// Whether to notify the requester, a partner without an account, with its link. If nothing is
    /// attached, the notice is postponed until something is.
    pub notify_partner: bool,
}

impl Ship {
    /// Creates a command that does not notify a partner.
    #[must_use]
    pub const fn new(shipment: Shipment) -> Self {
        Self { shipment, notify_partner: false }
    }

    /// Sets whether to notify the requester, a partner without an account, with its link.
    #[must_use]
    pub const fn with_notify_partner(mut self, notify: bool) -> Self {
        self.notify_partner = notify;
        self
    }
}

/// Whether a request may be shipped with nothing attached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "callers choose one of two")]
pub enum Shipment {
    /// At least one file must be attached.
    #[default]
    WithFiles,
    /// Files are optional; some may follow.
    WithoutFiles,
}

/// Ships a request: the requester can now see the attachments, and their days start.
///
/// A request that has already been shipped is left unchanged. Shipping declines a pending
/// cancellation request.
///
/// # Errors
/// [`Refusal::NothingAttached`] if nothing is attached, unless the command allows it;
/// [`Refusal::PastEnd`] if the last day of an attachment has passed, so that nobody could download
/// it; the refusal for a request that is over; [`Refusal::Forbidden`] for the requester's staff;
/// [`Refusal::Unknown`] for strangers.
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
        become_shipped(&mut draft, command.notify_partner);
    }
    Ok(draft.finish(()))
}

pub(super) fn become_shipped(draft: &mut Draft<'_>, notify_partner: bool) {
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
    if notify_partner {
        notify::notify(draft, Recipient::Partner);
    }
}

/// Starts an attachment's days at `now`.
pub(super) fn start_terms(attachment: &mut Attachment, now: Timestamp, zone: &Zone) {
    attachment.shipped_at = Some(now);
    attachment.shipped_version = Some(attachment.current().no);
    attachment.expires_at = Some(attachment.terms.expiry.resolve(now, zone));
}
