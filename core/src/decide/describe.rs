use super::draft::{Decision, Draft};
use super::{Context, over};
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::AttachmentNo;
use crate::model::refusal::Refusal;

/// Changes the supplier's description of an attachment.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Removed`] or [`Refusal::Purged`] if there is no such
/// attachment; the refusal for a request that is over; [`Refusal::Forbidden`] for the requester's
/// staff; [`Refusal::Unknown`] for strangers.
pub fn describe(
    delivery: &Delivery,
    no: AttachmentNo,
    description: &str,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.supplier(&delivery.record)?;
    over(&delivery.record)?;
    let mut draft = Draft::of(delivery, context);
    set(&mut draft, no, description)?;
    Ok(draft.finish(()))
}

/// Sets the description of an attachment, and records the change if there is one.
pub(super) fn set(
    draft: &mut Draft<'_>,
    no: AttachmentNo,
    description: &str,
) -> Result<(), Refusal> {
    if draft.live(no)?.description != description
        && let Some(attachment) = draft.attachment_mut(no)
    {
        description.clone_into(&mut attachment.description);
        draft.add_event(EventKind::Described {
            attachment: no,
            description: description.to_owned(),
        });
    }
    Ok(())
}
