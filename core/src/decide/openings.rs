//! Checks of whether a link, an attachment or a version can still be opened.

use super::over;
use crate::model::attachment::{Attachment, ReplaceReason, Version};
use crate::model::delivery::DeliveryRecord;
use crate::model::ids::{AttachmentNo, LinkNo, VersionNo};
use crate::model::link::{Audience, Link};
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// Returns the link if it opens the request for its audience.
pub(super) fn opens(record: &DeliveryRecord, no: LinkNo, now: Timestamp) -> Result<&Link, Refusal> {
    // The refusal for a request that is over is more informative than one for a revoked link.
    over(record)?;
    let link = not_revoked(record, no)?;
    if now >= link.hard_expires_at {
        return Err(Refusal::Expired { since: link.hard_expires_at });
    }
    if !record.status.is_visible() && link.audience != Audience::SupplierStaff {
        return Err(Refusal::NotShipped);
    }
    Ok(link)
}

pub(super) fn not_revoked(record: &DeliveryRecord, no: LinkNo) -> Result<&Link, Refusal> {
    let Some(link) = record.link(no) else {
        let since = record.forgotten_link(no).and_then(|link| link.revoked_at);
        return Err(since.map_or(Refusal::Unknown, |since| Refusal::Revoked { since }));
    };
    match link.revoked_at {
        Some(since) => Err(Refusal::Revoked { since }),
        None => Ok(link),
    }
}

/// Returns the version if its bytes may still be fetched by someone who claimed it before.
pub(super) fn still_fetched(
    record: &DeliveryRecord,
    no: AttachmentNo,
    version: VersionNo,
) -> Result<&Version, Refusal> {
    let attachment = still_live(record, no)?;
    not_recalled(record, no, version)?;
    attachment.version(version).ok_or(Refusal::Unknown)
}

/// Refuses a version that was replaced as the wrong document, and every version before it, since
/// all of them were scans of the same document.
pub(super) fn not_recalled(
    record: &DeliveryRecord,
    no: AttachmentNo,
    version: VersionNo,
) -> Result<(), Refusal> {
    let attachment = record.attachment(no);
    let removed = || record.removed.iter().find(|removed| removed.no == no)?.recalled;
    let recalled = attachment.map_or_else(removed, |attachment| attachment.recalled);
    let Some(recalled) = recalled.filter(|recalled| version <= recalled.version) else {
        return Ok(());
    };
    let own = attachment.and_then(|attachment| attachment.version(version)?.replaced);
    let own = own.filter(|replaced| replaced.reason == ReplaceReason::WrongDocument);
    Err(Refusal::Replaced { since: own.map_or(recalled.at, |replaced| replaced.at) })
}

/// Returns the attachment unless it is removed or purged.
pub(super) fn still_live(
    record: &DeliveryRecord,
    no: AttachmentNo,
) -> Result<&Attachment, Refusal> {
    let Some(attachment) = record.attachment(no) else {
        let removed = record.removed.iter().find(|removed| removed.no == no);
        return Err(
            removed.map_or(Refusal::Unknown, |removed| Refusal::Removed { since: removed.at })
        );
    };
    match attachment.purged_at {
        Some(since) => Err(Refusal::Purged { since }),
        None => Ok(attachment),
    }
}
