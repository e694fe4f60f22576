use super::draft::{Decision, Draft};
use super::{Context, over};
use crate::model::delivery::{Delivery, DeliveryRecord};
use crate::model::ids::LinkNo;
use crate::model::limit::Limit;
use crate::model::link::Audience;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// The most links of one request, revoked ones too: their numbers must last.
const MAX_LINKS: u16 = 1_000;

/// Returns the active link of an audience; issues one if there is none. Answers its number.
///
/// A patron's link belongs to the patron whom the request names.
///
/// # Errors
/// [`Refusal::NoRecipient`] for a patron's link where the request names no patron;
/// [`Refusal::Forbidden`] where the supplier's staff ask for a link of the requester's staff, or
/// anybody for one of the supplier's staff; [`Refusal::OverLimit`] after 1,000 links;
/// [`Refusal::Unknown`] to strangers; the refusal of a request that is over.
pub fn issue_link(
    delivery: &Delivery,
    audience: Audience,
    context: &Context<'_>,
) -> Result<Decision<LinkNo>, Refusal> {
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
    Ok(draft.finish(no))
}

/// Refuses one link more than a request may have, unless an active one will do.
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
