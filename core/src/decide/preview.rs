use super::availability::may_preview;
use super::draft::{Decision, Draft, Quota, day_of};
use super::{Context, Side, over};
use crate::model::attachment::Version;
use crate::model::delivery::Delivery;
use crate::model::event::{Actor, EventKind};
use crate::model::ids::AttachmentNo;
use crate::model::refusal::Refusal;

/// Returns the version of an attachment for a preview: staff see images of its pages that the
/// server renders, never the file itself. A preview counts no download, and is recorded in the
/// history.
///
/// The supplier's staff may preview an attachment as long as its bytes are kept. The requester's
/// staff may preview it while it can be downloaded, if the profile includes free previews.
///
/// # Errors
/// For the requester's staff: [`Refusal::NoFreePreview`], [`Refusal::NotShipped`],
/// [`Refusal::NotYetValid`], [`Refusal::Expired`], or the refusal for a request that is over. For
/// everyone: [`Refusal::Removed`], [`Refusal::Purged`] or [`Refusal::Unknown`] if there is no such
/// attachment. [`Refusal::Unknown`] for strangers.
pub fn preview(
    delivery: &Delivery,
    no: AttachmentNo,
    context: &Context<'_>,
) -> Result<Decision<Version>, Refusal> {
    let (record, now) = (&delivery.record, context.now);
    let mut draft = Draft::of(delivery, context);
    match context.side(record) {
        Side::Stranger => return Err(Refusal::Unknown),
        Side::Both | Side::Supplier => {}
        Side::Requester => {
            over(record)?;
            if !record.status.is_visible() {
                return Err(Refusal::NotShipped);
            }
            may_preview(draft.live(no)?, context)?;
        }
    }
    let version = draft.live(no)?.current().clone();
    if let Actor::Staff { agency, id } = context.actor
        && let Some(limit) = context.policy.quotas.staff_previews_per_day
    {
        let (agency, staff, day) = (agency.clone(), id.clone(), day_of(now));
        draft.charge(Quota::StaffPreviews { agency, staff, day }, 1, Some(limit));
    }
    draft.add_event(EventKind::Previewed { attachment: no, version: version.no });
    Ok(draft.finish(version))
}
