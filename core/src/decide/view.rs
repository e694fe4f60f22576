use super::availability::{Availability, BudgetUsage, may_claim};
use super::openings::{opens, still_live};
use super::{Context, over};
use crate::content::media_type;
use crate::model::attachment::Attachment;
use crate::model::claim::Claim;
use crate::model::date::Date;
use crate::model::delivery::{Delivery, DeliveryRecord, Facts, Status};
use crate::model::ids::{AttachmentNo, LinkNo, VersionNo};
use crate::model::link::{Audience, Link};
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// What the holder of a link sees; reading it counts nothing.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryView {
    /// The link.
    pub link: LinkNo,
    /// For whom it was made.
    pub audience: Audience,
    /// What was asked for; without the patron, whom a page has no business to know.
    pub facts: Facts,
    /// Where the request stands.
    pub status: Status,
    /// The files, in the supplier's order; those that were removed are left out.
    pub files: Vec<FileView>,
}

/// What the holder of a link sees of one attachment.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileView {
    /// Its number.
    pub no: AttachmentNo,
    /// The version that a claim would get.
    pub version: VersionNo,
    /// The name to save it under.
    pub file_name: String,
    /// What the supplier wrote about it; may be empty.
    pub description: String,
    /// Its media type.
    pub media_type: String,
    /// Its length, bytes.
    pub size: u64,
    /// Downloads that may be claimed in all, those granted included; 0 where they are free.
    pub limit: u32,
    /// Downloads left.
    pub left: u32,
    /// The first instant at which it may be claimed.
    pub not_before: Option<Timestamp>,
    /// The end of its terms, exclusive.
    pub expires_at: Option<Timestamp>,
    /// The last day in the requester's zone.
    pub last_day: Option<Date>,
    /// Whether it may be claimed now, or why not.
    pub availability: Availability,
    /// What the page posts as the identity of the next claim.
    pub next_ordinal: u32,
    /// The claim whose ticket to this version is open, so that resuming is free.
    pub open_claim: Option<Claim>,
    /// Since when a wish for more waits for an answer.
    pub asked_at: Option<Timestamp>,
    /// When a version that this reader could see was replaced because it was the wrong document.
    pub recalled_at: Option<Timestamp>,
    /// The day of `recalled_at` in the requester's zone.
    pub recalled_on: Option<Date>,
}

/// Shows a delivery to the holder of a link.
///
/// # Errors
/// The refusal that closes the whole link: revoked, expired, not shipped, over.
pub fn view(
    delivery: &Delivery,
    link: LinkNo,
    context: &Context<'_>,
) -> Result<DeliveryView, Refusal> {
    let link = opens(&delivery.record, link, context.now)?;
    Ok(view_of(delivery, link, context))
}

/// Shows a delivery to the requester's staff, who sign in: what they may claim, with or without a link
/// of theirs yet. Reading it counts nothing.
///
/// # Errors
/// [`Refusal::NotShipped`], the refusal of a request that is over, [`Refusal::Forbidden`] to the
/// supplier's staff and [`Refusal::Unknown`] to strangers.
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

/// Shows a delivery as an audience sees it that has no link, such as staff who sign in.
pub(super) fn view_as(
    delivery: &Delivery,
    audience: Audience,
    context: &Context<'_>,
) -> DeliveryView {
    // Links are numbered from 1, so nothing was ever claimed or asked by this one.
    view_of(delivery, &Link::issued(LinkNo::new(0), audience, context.now), context)
}

/// Shows a delivery as a link that opens it does.
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

/// The claim of a link whose ticket to the current version of an attachment is open, so that
/// resuming is free. A ticket to a replaced version may still be used by whoever has it, but is not
/// issued again.
///
/// # Errors
/// The refusal that closes the whole link; those of [`open_ticket`](super::open_ticket()).
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

/// The open claim of a link on the version that a claim would get now.
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
    let availability = match may_claim(attachment, budget.as_ref(), context.now) {
        Ok(()) => Availability::Open,
        Err(refusal) => Availability::Refused(refusal),
    };
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
        availability,
        next_ordinal: usage.made(link.no, attachment.no).map_or(0, |made| made.count) + 1,
        open_claim: open_claim(delivery, link.no, attachment.no, context.now).cloned(),
        asked_at: record
            .extension_requests
            .iter()
            .find(|ask| ask.link == link.no && ask.attachment == attachment.no)
            .map(|ask| ask.at),
        recalled_at,
    }
}

/// Whether this audience could see the documents at that time: staff see them from Shipped on, others by
/// their link.
fn saw(record: &DeliveryRecord, audience: Audience, at: Timestamp) -> bool {
    matches!(audience, Audience::RequesterStaff | Audience::SupplierStaff)
        || record.links.iter().any(|link| link.audience == audience && link.issued_at <= at)
}
