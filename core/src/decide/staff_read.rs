use super::Context;
use super::draft::{Decision, Draft};
use crate::model::attachment::Version;
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::AttachmentNo;
use crate::model::refusal::Refusal;

/// Returns the version of an attachment for the supplier's own staff to fetch, which is free and
/// recorded in the history. They may fetch it as long as its bytes are kept, even if the request is
/// over.
///
/// # Errors
/// [`Refusal::Removed`], [`Refusal::Purged`] or [`Refusal::Unknown`] if there is no such
/// attachment; [`Refusal::Forbidden`] for the requester's staff; [`Refusal::Unknown`] for
/// strangers.
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
