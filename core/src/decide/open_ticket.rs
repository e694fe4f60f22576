use super::Context;
use super::over;
use super::view::not_revoked;
use crate::attachment::{ReplaceReason, Version};
use crate::delivery::Delivery;
use crate::ids::{AttachmentNo, ClaimNo, VersionNo};
use crate::refusal::Refusal;
use crate::timestamp::Timestamp;

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
    over(&delivery.body)?;
    let ended = Refusal::Ended { since: ticket.ends_at };
    let claim = delivery.tally.claim(ticket.claim).ok_or(ended.clone())?;
    if claim.attachment != ticket.attachment || claim.version != ticket.version {
        return Err(ended);
    }
    if !claim.is_open(context.now) {
        return Err(Refusal::Ended { since: claim.ends_at });
    }
    not_revoked(&delivery.body, claim.link)?;
    let attachment = delivery.body.attachment(claim.attachment).ok_or(Refusal::Unknown)?;
    if let Some(since) = attachment.removed_at {
        return Err(Refusal::Removed { since });
    }
    if let Some(since) = attachment.purged_at {
        return Err(Refusal::Purged { since });
    }
    let version = attachment.version(claim.version).ok_or(Refusal::Unknown)?;
    match version.replaced {
        Some(replaced) if replaced.reason == ReplaceReason::WrongDocument => {
            Err(Refusal::Replaced { since: replaced.at })
        }
        _ => Ok(version),
    }
}
