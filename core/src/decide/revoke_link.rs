use super::Context;
use super::draft::{Decision, Draft};
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::LinkNo;
use crate::model::refusal::Refusal;

/// Revokes a link: it opens nothing any more, and neither do the tickets that it led to.
///
/// A link that is revoked already stays as it is.
///
/// # Errors
/// [`Refusal::Unknown`] where there is no such link, and to strangers.
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
