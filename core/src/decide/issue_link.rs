use super::draft::{Decision, Draft};
use super::{Context, over};
use crate::delivery::Delivery;
use crate::ids::LinkNo;
use crate::link::Audience;
use crate::refusal::Refusal;

/// Gives the link of an audience, or makes one where none is active; answers its number.
///
/// # Errors
/// The refusal of a request that is over; [`Refusal::Unknown`] to strangers; and
/// [`Refusal::Forbidden`] where the supplier's staff ask for a link of the requester's staff, or
/// anybody for one of the supplier's staff.
pub fn issue_link(
    delivery: &Delivery,
    audience: Audience,
    context: &Context<'_>,
) -> Result<Decision<LinkNo>, Refusal> {
    match audience {
        Audience::Partner | Audience::Patron => context.either_side(&delivery.body)?,
        Audience::RequesterStaff => context.requester(&delivery.body)?,
        Audience::SupplierStaff => return Err(Refusal::Forbidden),
    }
    over(&delivery.body)?;
    let mut draft = Draft::of(delivery, context);
    let no = draft.link_for(audience);
    Ok(draft.finish(no))
}
