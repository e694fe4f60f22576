use super::draft::{Decision, Draft};
use super::issue_link::room_for_link;
use super::notice::notice_still_holds;
use super::notify::HOLDERS;
use super::{Context, over};
use crate::model::delivery::{Delivery, DeliveryRecord};
use crate::model::event::EventKind;
use crate::model::ids::NoticeNo;
use crate::model::notice::{Notice, NoticeFailure, NoticeKind, NoticeState, Recipient};
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// A command to email someone their link, for the first time or again.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resend {
    /// The recipient: the patron or the partner.
    pub to: Recipient,
    /// Whether the requester is a partner without an account.
    pub has_partner: bool,
    /// Whether the recipient has an email address.
    pub has_address: bool,
}

impl Resend {
    /// Creates a command for a requester that is not a partner, and a recipient without an address.
    #[must_use]
    pub const fn new(to: Recipient) -> Self {
        Self { to, has_partner: false, has_address: false }
    }

    /// Sets whether the requester is a partner without an account.
    #[must_use]
    pub const fn with_partner(mut self, has_partner: bool) -> Self {
        self.has_partner = has_partner;
        self
    }

    /// Sets whether the recipient has an email address.
    #[must_use]
    pub const fn with_address(mut self, has_address: bool) -> Self {
        self.has_address = has_address;
        self
    }
}

/// The outcome of a resend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two variants cover every case")]
pub enum Resent {
    /// This notice was already pending; no other is written.
    Waiting(NoticeNo),
    /// This new notice was written.
    Written(NoticeNo),
}

impl Resent {
    /// Returns the number of the notice.
    #[must_use]
    pub const fn notice(self) -> NoticeNo {
        match self {
            Self::Waiting(no) | Self::Written(no) => no,
        }
    }
}

/// The period over which resends are counted, in seconds.
const HOUR: i64 = 3_600;

/// Returns whether a notice counts toward the resends of the last hour.
pub(super) fn counts_as_resend(notice: &Notice, now: Timestamp) -> bool {
    notice.resent && notice.written_at > now.plus_seconds(-HOUR) && went_out(notice.state)
}

/// Returns the notices of the whole request that carry this recipient's link.
fn of_link(
    record: &DeliveryRecord,
    kind: NoticeKind,
    to: Recipient,
) -> impl Iterator<Item = &Notice> {
    let notices = record.notices.iter();
    notices.filter(move |n| (n.kind, n.to, n.attachment) == (kind, to, None))
}

/// Returns whether the message was offered to a mail server, which may have accepted or rejected
/// it.
const fn went_out(state: NoticeState) -> bool {
    use NoticeFailure::{Refused, TooManyTries};
    matches!(
        state,
        NoticeState::Sent { .. } | NoticeState::Failed { reason: Refused | TooManyTries, .. }
    )
}

/// Refuses a resend if the profile's limit of resends within the last hour is reached. The first
/// email is not a resend, whether the system or staff sent it, and messages that never went out do
/// not count.
fn not_too_often(
    record: &DeliveryRecord,
    kind: NoticeKind,
    to: Recipient,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let resends = of_link(record, kind, to).filter(|notice| counts_as_resend(notice, context.now));
    let resends: Vec<_> = resends.collect();
    let limit = context.policy.max_resends_per_hour;
    match resends.len().checked_sub(usize::from(limit)) {
        // The next resend is possible once the oldest of the last `limit` resends is an hour old.
        Some(beyond) => {
            let from = resends[beyond].written_at.plus_seconds(HOUR);
            Err(Refusal::TooManyResends { limit, from })
        }
        None => Ok(()),
    }
}

/// Emails a recipient the notice with their link, even if the library has turned that notice off:
/// the patron, for the requester's staff, or the partner, for the supplier's staff. If such a
/// notice is pending, no other is written.
///
/// # Errors
/// [`Refusal::NoRecipient`] if the request has no patron, the requester has an account here, or
/// there is no email address; [`Refusal::NotShipped`] before Shipped; [`Refusal::NothingAttached`];
/// [`Refusal::Expired`] if nothing can be downloaded any longer; [`Refusal::TooManyResends`];
/// [`Refusal::OverLimit`] if the request has reached its maximum number of links; the refusal for a
/// request that is over; [`Refusal::Forbidden`] for the other library's staff, and for recipients
/// who are staff, since they sign in; [`Refusal::Unknown`] for strangers.
pub fn resend(
    delivery: &Delivery,
    command: &Resend,
    context: &Context<'_>,
) -> Result<Decision<Resent>, Refusal> {
    let (record, now) = (&delivery.record, context.now);
    match command.to {
        Recipient::Patron => context.requester(record)?,
        Recipient::Partner => context.supplier(record)?,
        Recipient::RequesterStaff | Recipient::SupplierStaff => return Err(Refusal::Forbidden),
    }
    over(record)?;
    if !record.status.is_visible() {
        return Err(Refusal::NotShipped);
    }
    let Some((audience, to, kind)) = HOLDERS.into_iter().find(|(_, to, _)| *to == command.to)
    else {
        return Err(Refusal::Forbidden);
    };
    let is_known = match to {
        Recipient::Patron => record.facts.patron.is_some(),
        _ => command.has_partner,
    };
    if !is_known || !command.has_address {
        return Err(Refusal::NoRecipient);
    }
    let ends = record.live_attachments().map(|a| a.expires_at.unwrap_or(Timestamp::MAX));
    match ends.max() {
        None => return Err(Refusal::NothingAttached),
        Some(since) if since <= now => return Err(Refusal::Expired { since }),
        Some(_) => {}
    }
    let waits = of_link(record, kind, to).find(|notice| {
        matches!(notice.state, NoticeState::Waiting { .. })
            && notice_still_holds(record, notice, now)
    });
    let went_out_before = of_link(record, kind, to).any(|notice| went_out(notice.state));
    let mut draft = Draft::of(delivery, context);
    let resent = match waits {
        // This notice is sent anyway, even if its kind is turned off.
        Some(&Notice { no, asked_for: true, .. }) => {
            return Ok(draft.finish(Resent::Waiting(no)));
        }
        Some(&Notice { no, .. }) => Resent::Waiting(no),
        None => {
            not_too_often(record, kind, to, context)?;
            room_for_link(record, audience, now)?;
            let link = draft.link_for(audience);
            Resent::Written(draft.notify(kind, to, Some(link), None))
        }
    };
    let written = draft.record_mut().notices.iter_mut().find(|notice| notice.no == resent.notice());
    if let Some(notice) = written {
        notice.asked_for = true;
        notice.resent = went_out_before && matches!(resent, Resent::Written(_));
    }
    // This notice lists all files, so no first notice is pending any longer.
    draft.record_mut().pending_recipients.retain(|other| *other != to);
    draft.add_event(EventKind::Resent { notice: resent.notice(), to });
    Ok(draft.finish(resent))
}
