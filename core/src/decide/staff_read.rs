use super::Context;
use super::draft::{Decision, Draft};
use crate::model::attachment::Version;
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::AttachmentNo;
use crate::model::refusal::Refusal;

/// Lets the supplier's staff fetch what they attached, which is free and recorded. It is theirs, so
/// they may as long as it is kept, also where the request is over.
///
/// # Errors
/// [`Refusal::Removed`], [`Refusal::Purged`] and [`Refusal::Unknown`] where there is no such
/// attachment; [`Refusal::Forbidden`] to all but the supplier.
pub fn staff_read(
    delivery: &Delivery,
    no: AttachmentNo,
    context: &Context<'_>,
) -> Result<Decision<Version>, Refusal> {
    context.supplier(&delivery.record)?;
    let mut draft = Draft::of(delivery, context);
    let version = draft.live(no)?.current().clone();
    draft.add_event(EventKind::StaffRead { attachment: no, version: version.no });
    Ok(draft.finish(version))
}
