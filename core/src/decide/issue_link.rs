use super::draft::{Decision, Draft};
use super::{Context, over};
use crate::model::delivery::{Delivery, DeliveryRecord};
use crate::model::ids::LinkNo;
use crate::model::limit::Limit;
use crate::model::link::{Audience, Link};
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// The maximum number of links of one request, including revoked ones, whose numbers are never
/// reused.
const MAX_LINKS: u16 = 1_000;

/// Returns the number of an audience's active link; issues a link if there is none.
///
/// A patron's link belongs to the patron named in the request.
///
/// # Errors
/// [`Refusal::NoRecipient`] for a patron's link if the request has no patron;
/// [`Refusal::Forbidden`] if the supplier's staff ask for a link of the requester's staff, or
/// anyone asks for a link of the supplier's staff; [`Refusal::OverLimit`] after 1,000 links; the
/// refusal for a request that is over; [`Refusal::Unknown`] for strangers.
pub fn issue_link(
    delivery: &Delivery,
    audience: Audience,
    context: &Context<'_>,
) -> Result<Decision<LinkNo>, Refusal> {
    let (draft, no) = link_in_draft(delivery, audience, context)?;
    Ok(draft.finish(no))
}

/// Like [`issue_link`], but works on a draft that the caller continues to change.
pub(super) fn link_in_draft<'a>(
    delivery: &'a Delivery,
    audience: Audience,
    context: &Context<'a>,
) -> Result<(Draft<'a>, LinkNo), Refusal> {
    match audience {
        Audience::Partner | Audience::Patron => context.either_side(&delivery.record)?,
        Audience::RequesterStaff => context.requester(&delivery.record)?,
        Audience::SupplierStaff => return Err(Refusal::Forbidden),
    }
    over(&delivery.record)?;
    if audience == Audience::Patron && delivery.record.facts.patron.is_none() {
        return Err(Refusal::NoRecipient);
    }
    let mut draft = Draft::of(delivery, context);
    room_for_link(&delivery.record, audience, context.now)?;
    let no = draft.link_for(audience);
    Ok((draft, no))
}

/// Returns the number of the active link of an audience that does not sign in; issues a link if
/// there is none.
///
/// # Errors
/// [`Refusal::Forbidden`] for staff audiences, which sign in; the errors of [`issue_link`].
pub fn issue_link_to_hand_out(
    delivery: &Delivery,
    audience: Audience,
    context: &Context<'_>,
) -> Result<Decision<LinkNo>, Refusal> {
    if !is_handed_out(audience) {
        return Err(Refusal::Forbidden);
    }
    issue_link(delivery, audience, context)
}

/// Returns the link that [`issue_link_to_hand_out`] would return, if it is already issued.
///
/// # Errors
/// [`Refusal::Forbidden`] for staff audiences, which sign in; [`Refusal::Unknown`] for strangers.
pub fn handed_out_link<'a>(
    delivery: &'a Delivery,
    audience: Audience,
    context: &Context<'_>,
) -> Result<Option<&'a Link>, Refusal> {
    if !is_handed_out(audience) {
        return Err(Refusal::Forbidden);
    }
    context.either_side(&delivery.record)?;
    Ok(delivery.record.lasting_link(audience, context.now))
}

/// Returns whether links of this audience are for people who do not sign in.
const fn is_handed_out(audience: Audience) -> bool {
    matches!(audience, Audience::Partner | Audience::Patron)
}

/// Refuses a new link beyond the maximum, unless an active link can be used.
pub(super) fn room_for_link(
    record: &DeliveryRecord,
    audience: Audience,
    now: Timestamp,
) -> Result<(), Refusal> {
    let made = record.links.last().map_or(0, |link| link.no.get());
    if made >= MAX_LINKS && record.active_link(audience, now).is_none() {
        return Err(Refusal::OverLimit { what: Limit::Links, limit: u64::from(MAX_LINKS) });
    }
    Ok(())
}
