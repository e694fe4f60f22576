use super::availability::within_terms;
use super::draft::{Decision, Draft, Quota, day_of};
use super::{Context, Side, over};
use crate::model::attachment::Version;
use crate::model::delivery::Delivery;
use crate::model::event::{Actor, EventKind};
use crate::model::ids::AttachmentNo;
use crate::model::refusal::Refusal;

/// Lets staff see the pages of an attachment as images, drawn by the server: never the file. It
/// counts no download, and is recorded.
///
/// The supplier's staff may always, as long as it is kept; the requester's while it may be
/// downloaded, where the profile lets them look for free.
///
/// # Errors
/// [`Refusal::NoFreePreview`], [`Refusal::NotShipped`], [`Refusal::NotYetValid`],
/// [`Refusal::Expired`] and the refusal of a request that is over, to the requester's staff;
/// [`Refusal::Removed`], [`Refusal::Purged`] and [`Refusal::Unknown`] where there is no such
/// attachment, and to strangers.
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
            within_terms(draft.live(no)?, now)?;
            if !context.policy.free_preview {
                return Err(Refusal::NoFreePreview);
            }
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
