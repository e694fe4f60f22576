use super::availability::{Availability, BudgetUsage, may_claim, may_preview, within_quota};
use super::openings::{opens, still_live};
use super::{Context, over};
use crate::content::media_type;
use crate::model::attachment::Attachment;
use crate::model::claim::Claim;
use crate::model::date::Date;
use crate::model::delivery::{Delivery, DeliveryRecord, Status};
use crate::model::facts::Facts;
use crate::model::ids::{AttachmentNo, LinkNo, VersionNo};
use crate::model::link::{Audience, Link};
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// A request as shown to the holder of a link.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryView {
    /// The link.
    pub link: LinkNo,
    /// The audience of the link.
    pub audience: Audience,
    /// The facts about the request, without the patron, who is not shown on pages.
    pub facts: Facts,
    /// The status of the request.
    pub status: Status,
    /// The files, in the supplier's order, without removed ones.
    pub files: Vec<FileView>,
}

/// An attachment as shown to the holder of a link.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileView {
    /// Its number.
    pub no: AttachmentNo,
    /// The version that a claim would get.
    pub version: VersionNo,
    /// The file name to save it under.
    pub file_name: String,
    /// The supplier's description; may be empty.
    pub description: String,
    /// Its media type.
    pub media_type: String,
    /// Its length in bytes.
    pub size: u64,
    /// The total number of downloads, including those granted; 0 if they are free.
    pub limit: u32,
    /// The number of downloads left; 0 if they are free.
    pub left: u32,
    /// The start of its terms, inclusive.
    pub not_before: Option<Timestamp>,
    /// The end of its terms, exclusive.
    pub expires_at: Option<Timestamp>,
    /// The last day in the requester's time zone.
    pub last_day: Option<Date>,
    /// Whether it may be claimed now, or the reason why not.
    pub availability: Availability,
    /// Whether downloads are left, now or later: the file is open, not yet valid, or held up by the
    /// daily quota.
    pub has_downloads_left: bool,
    /// Whether the requester's staff may preview it now, or the reason why not.
    pub preview: Availability,
    /// The ordinal that the page submits as the identity of the next claim.
    pub next_ordinal: u32,
    /// The claim with an open ticket to this version, through which the download can be resumed for
    /// free.
    pub open_claim: Option<Claim>,
    /// When an extension was requested, if that request is pending.
    pub asked_at: Option<Timestamp>,
    /// When a version that this audience could see was replaced as the wrong document.
    pub recalled_at: Option<Timestamp>,
    /// The day of `recalled_at` in the requester's time zone.
    pub recalled_on: Option<Date>,
}

impl FileView {
    /// Returns the first instant at which the file can be claimed: the start of its terms, or the
    /// reset of the daily quota. `None` if it can be claimed now, or if no downloads are left.
    #[must_use]
    pub const fn available_from(&self) -> Option<Timestamp> {
        match self.availability {
            Availability::Refused(Refusal::NotYetValid { from }) if self.has_downloads_left => {
                Some(from)
            }
            Availability::Refused(Refusal::OverQuota { frees_at, .. }) => frees_at,
            _ => None,
        }
    }

    /// Returns whether the holder of the link may ask for an extension: the refusal allows it, and
    /// no extension request is pending.
    #[must_use]
    pub const fn may_ask(&self) -> bool {
        match &self.availability {
            Availability::Refused(refusal) => refusal.may_ask() && self.asked_at.is_none(),
            Availability::Open => false,
        }
    }
}

/// Returns a delivery as shown to the holder of a link; nothing is counted.
///
/// # Errors
/// The refusal that closes the whole link: revoked, expired, not shipped, or the request is over.
pub fn view(
    delivery: &Delivery,
    link: LinkNo,
    context: &Context<'_>,
) -> Result<DeliveryView, Refusal> {
    let link = opens(&delivery.record, link, context.now)?;
    Ok(view_of(delivery, link, context))
}

/// Returns a delivery as shown to the requester's staff, who sign in: the files that they may
/// claim, whether or not a link has been issued to them. Nothing is counted.
///
/// # Errors
/// [`Refusal::NotShipped`] before Shipped; the refusal for a request that is over;
/// [`Refusal::Forbidden`] for the supplier's staff; [`Refusal::Unknown`] for strangers.
pub fn requester_view(delivery: &Delivery, context: &Context<'_>) -> Result<DeliveryView, Refusal> {
    let record = &delivery.record;
    context.requester(record)?;
    over(record)?;
    if !record.status.is_visible() {
        return Err(Refusal::NotShipped);
    }
    let audience = Audience::RequesterStaff;
    Ok(match record.lasting_link(audience, context.now) {
        Some(link) => view_of(delivery, link, context),
        None => view_as(delivery, audience, context),
    })
}

/// Returns a delivery as shown to an audience without a link, such as staff who sign in.
pub(super) fn view_as(
    delivery: &Delivery,
    audience: Audience,
    context: &Context<'_>,
) -> DeliveryView {
    // Links are numbered from 1, so link 0 has no claims and no extension requests.
    view_of(delivery, &Link::issued(LinkNo::new(0), audience, context.now), context)
}

/// Returns a delivery as shown through a link that opens it.
pub(super) fn view_of(delivery: &Delivery, link: &Link, context: &Context<'_>) -> DeliveryView {
    let files = delivery
        .record
        .attachments
        .iter()
        .map(|attachment| file(delivery, attachment, link, context))
        .collect();
    DeliveryView {
        link: link.no,
        audience: link.audience,
        facts: Facts { patron: None, ..delivery.record.facts.clone() },
        status: delivery.record.status,
        files,
    }
}

/// Returns a link's claim with an open ticket to the current version of an attachment, through
/// which the download can be resumed for free. A ticket to a replaced version stays valid, but is
/// not issued again.
///
/// # Errors
/// The refusal that closes the whole link; [`Refusal::Removed`], [`Refusal::Purged`] or
/// [`Refusal::Unknown`] if there is no such attachment.
pub fn resume<'a>(
    delivery: &'a Delivery,
    link: LinkNo,
    attachment: AttachmentNo,
    context: &Context<'_>,
) -> Result<Option<&'a Claim>, Refusal> {
    opens(&delivery.record, link, context.now)?;
    still_live(&delivery.record, attachment)?;
    Ok(open_claim(delivery, link, attachment, context.now))
}

/// Returns the open claim of a link on the version that a new claim would get.
fn open_claim(
    delivery: &Delivery,
    link: LinkNo,
    no: AttachmentNo,
    now: Timestamp,
) -> Option<&Claim> {
    let attachment = delivery.record.attachment(no).filter(|attachment| attachment.is_live())?;
    delivery.usage.open_claim(link, no, attachment.current().no, now)
}

fn file(
    delivery: &Delivery,
    attachment: &Attachment,
    link: &Link,
    context: &Context<'_>,
) -> FileView {
    let (record, usage, version) = (&delivery.record, &delivery.usage, attachment.current());
    let budget = BudgetUsage::of_audience(usage, attachment, link.audience, context.policy);
    let recalled_at = attachment.recalled_at().filter(|at| saw(record, link.audience, *at));
    let may_claim = may_claim(attachment, budget.as_ref(), context.now)
        .and_then(|()| within_quota(&record.facts, link.audience, context));
    let availability = Availability::from(may_claim);
    let is_spent = budget.is_some_and(|budget| budget.left == 0);
    FileView {
        no: attachment.no,
        version: version.no,
        file_name: version.file_name.as_str().to_owned(),
        description: attachment.description.clone(),
        media_type: media_type::inert(&version.media_type).to_owned(),
        size: version.size,
        limit: budget.map_or(0, |budget| budget.limit),
        left: budget.map_or(0, |budget| budget.left),
        not_before: attachment.terms.not_before,
        expires_at: attachment.expires_at,
        last_day: attachment.expires_at.map(|end| record.zone.last_day(end)),
        recalled_on: recalled_at.map(|at| record.zone.date_at(at)),
        has_downloads_left: !is_spent && availability.is_open_or_opens(),
        availability,
        preview: may_preview(attachment, context).into(),
        next_ordinal: usage.page_claims_of(link.no, attachment.no).map_or(0, |made| made.count) + 1,
        open_claim: open_claim(delivery, link.no, attachment.no, context.now).cloned(),
        asked_at: record
            .extension_requests
            .iter()
            .find(|ask| ask.link == link.no && ask.attachment == attachment.no)
            .map(|ask| ask.at),
        recalled_at,
    }
}

/// Returns whether this audience could see the documents at that time: staff see them from Shipped
/// on, others once they have a link.
fn saw(record: &DeliveryRecord, audience: Audience, at: Timestamp) -> bool {
    matches!(audience, Audience::RequesterStaff | Audience::SupplierStaff)
        || record.links.iter().any(|link| link.audience == audience && link.issued_at <= at)
}
