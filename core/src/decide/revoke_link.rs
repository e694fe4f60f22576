use super::Context;
use super::draft::{Decision, Draft};
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::LinkNo;
use crate::model::refusal::Refusal;

/// Revokes a link: neither the link nor the tickets issued through it open anything any longer.
///
/// A link that has already been revoked is left unchanged.
///
/// # Errors
/// [`Refusal::Unknown`] if there is no such link, and for strangers.
pub fn revoke_link(
    delivery: &Delivery,
    no: LinkNo,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.either_side(&delivery.record)?;
    let mut draft = Draft::of(delivery, context);
    match delivery.record.link(no) {
        Some(link) if link.revoked_at.is_none() => revoke(&mut draft, no),
        Some(_) => {}
        None if delivery.record.forgotten_link(no).is_some() => {}
        None => return Err(Refusal::Unknown),
    }
    Ok(draft.finish(()))
}

pub(super) fn revoke(draft: &mut Draft<'_>, no: LinkNo) {
    let now = draft.now();
    for link in draft.record_mut().links.iter_mut().filter(|link| link.no == no) {
        link.revoked_at = Some(now);
    }
    draft.add_event(EventKind::LinkRevoked { link: no });
}
