use super::openings::{not_recalled, not_revoked, still_fetched, still_live};
use super::{Context, over};
use crate::model::attachment::Version;
use crate::model::delivery::Delivery;
use crate::model::ids::{AttachmentNo, ClaimNo, LinkNo, VersionNo};
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// A ticket, authenticated by its token.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenTicket {
    /// The claim that the ticket was issued for.
    pub claim: ClaimNo,
    /// The attachment.
    pub attachment: AttachmentNo,
    /// The attachment's version.
    pub version: VersionNo,
    /// The end of the ticket, exclusive.
    pub ends_at: Timestamp,
}

impl OpenTicket {
    /// Creates a ticket that ends at `ends_at`, exclusive.
    #[must_use]
    pub const fn new(
        claim: ClaimNo,
        attachment: AttachmentNo,
        version: VersionNo,
        ends_at: Timestamp,
    ) -> Self {
        Self { claim, attachment, version, ends_at }
    }
}

/// Returns the version that a ticket opens. The end of the terms does not close a ticket;
/// revocation, withdrawal, removal and a wrong document do.
///
/// # Errors
/// The refusal for the reason why the ticket is closed.
pub fn open_ticket<'a>(
    delivery: &'a Delivery,
    ticket: &OpenTicket,
    context: &Context<'_>,
) -> Result<&'a Version, Refusal> {
    // A reader who has the wrong document must learn of it, whatever else closed the ticket since.
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

/// A transfer that was permitted when it began: by a ticket, or as the supplier's own file.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The link of the claim; `None` if the download is free.
    pub link: Option<LinkNo>,
    /// The attachment.
    pub attachment: AttachmentNo,
    /// The attachment's version.
    pub version: VersionNo,
}

impl Transfer {
    /// Creates a free transfer.
    #[must_use]
    pub const fn new(attachment: AttachmentNo, version: VersionNo) -> Self {
        Self { link: None, attachment, version }
    }

    /// Sets the link of the claim.
    #[must_use]
    pub fn with_link(mut self, link: impl Into<Option<LinkNo>>) -> Self {
        self.link = link.into();
        self
    }
}

/// Checks that a transfer in progress may continue. The end of its ticket does not stop a transfer;
/// revocation, withdrawal, removal and a wrong document do.
///
/// # Errors
/// The refusal for the reason why the transfer must stop.
pub fn still_open(delivery: &Delivery, reading: &Transfer) -> Result<(), Refusal> {
    if let Some(link) = reading.link {
        over(&delivery.record)?;
        not_revoked(&delivery.record, link)?;
    }
    // A replaced version is deleted after its last ticket; a transfer that began before may finish.
    still_live(&delivery.record, reading.attachment)?;
    not_recalled(&delivery.record, reading.attachment, reading.version)
}
