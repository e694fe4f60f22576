use super::openings::{not_recalled, not_revoked, still_fetched, still_live};
use super::{Context, over};
use crate::model::attachment::Version;
use crate::model::delivery::Delivery;
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
    // A reader who has the wrong document must hear so, whatever closed the ticket since.
    not_recalled(&delivery.record, ticket.attachment, ticket.version)?;
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
    still_live(&delivery.record, reading.attachment)?;
    not_recalled(&delivery.record, reading.attachment, reading.version)
}
