use super::Context;
use super::over;
use super::view::not_revoked;
use crate::model::attachment::{Attachment, ReplaceReason, Version};
use crate::model::delivery::{Delivery, DeliveryRecord};
use crate::model::ids::{AttachmentNo, ClaimNo, LinkNo, VersionNo};
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// A ticket, proven by its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever calls the rule makes it")]
pub struct OpenTicket {
    /// The claim that paid for it.
    pub claim: ClaimNo,
    /// The attachment.
    pub attachment: AttachmentNo,
    /// The attachment's version.
    pub version: VersionNo,
    /// Its end, exclusive.
    pub ends_at: Timestamp,
}

/// Finds the bytes that a ticket opens. Terms that ended do not close it; revocation, withdrawal,
/// removal and a wrong document do.
///
/// # Errors
/// The refusal that says why it is closed.
pub fn open_ticket<'a>(
    delivery: &'a Delivery,
    ticket: &OpenTicket,
    context: &Context<'_>,
) -> Result<&'a Version, Refusal> {
    over(&delivery.record)?;
    let ended = Refusal::Ended { since: ticket.ends_at };
    let claim = delivery.usage.claim(ticket.claim).ok_or(ended.clone())?;
    if claim.attachment != ticket.attachment || claim.version != ticket.version {
        return Err(ended);
    }
    if !claim.is_open(context.now) {
        return Err(Refusal::Ended { since: claim.ends_at });
    }
    not_revoked(&delivery.record, claim.link)?;
    still_fetched(&delivery.record, claim.attachment, claim.version)
}

/// A transfer that began while its ticket, or the supplier's right, was good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever calls the rule makes it")]
pub struct Transfer {
    /// The link by which it was claimed; `None` where it is free.
    pub link: Option<LinkNo>,
    /// The attachment.
    pub attachment: AttachmentNo,
    /// The attachment's version.
    pub version: VersionNo,
}

/// Whether a transfer under way may go on. The end of its ticket does not stop it; what closes a
/// ticket before its end does.
///
/// # Errors
/// The refusal that says what closed it.
pub fn still_open(delivery: &Delivery, reading: &Transfer) -> Result<(), Refusal> {
    if let Some(link) = reading.link {
        over(&delivery.record)?;
        not_revoked(&delivery.record, link)?;
    }
    // An old version leaves with its last ticket; a transfer that began before may finish.
    not_recalled(still_live(&delivery.record, reading.attachment)?, reading.version)
}

/// The version, if its bytes may be fetched by whoever got the right to before.
pub(super) fn still_fetched(
    record: &DeliveryRecord,
    no: AttachmentNo,
    version: VersionNo,
) -> Result<&Version, Refusal> {
    let attachment = still_live(record, no)?;
    not_recalled(attachment, version)?;
    attachment.version(version).ok_or(Refusal::Unknown)
}

/// Refuses a version that was replaced as the wrong document, and every version before it: each of
/// them was a scan of the same document.
fn not_recalled(attachment: &Attachment, version: VersionNo) -> Result<(), Refusal> {
    let Some(recalled) = attachment.recalled.filter(|recalled| version <= recalled.version) else {
        return Ok(());
    };
    let own = attachment.version(version).and_then(|version| version.replaced);
    let own = own.filter(|replaced| replaced.reason == ReplaceReason::WrongDocument);
    Err(Refusal::Replaced { since: own.map_or(recalled.at, |replaced| replaced.at) })
}

/// The attachment, unless it is removed or purged.
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
