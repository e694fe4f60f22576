use super::Desk;
use crate::blob_store::ByteStream;
use crate::claim::ClaimIdentity;
use crate::decide::{self, ClaimCommand, Claimed, Context, OpenTicket};
use crate::error::{Error, InvalidInput, StoreError, StoreErrorKind, TokenError};
use crate::event::Actor;
use crate::ids::{AttachmentNo, BlobKey, ClaimNo, Digest, LinkNo, RequestHandle, VersionNo};
use crate::link::Audience;
use crate::refusal::Refusal;
use crate::timestamp::Timestamp;
use crate::token::TicketToken;
use std::ops::Range;

/// Asks for one counted download.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers make it")]
pub struct ClaimRequest {
    /// What is claimed.
    pub attachment: AttachmentNo,
    /// What a repeat of this very claim looks like.
    pub repeat: Repeat,
    /// Whether the copyright notice was acknowledged.
    pub acknowledged: bool,
}

/// Tells one claim from another, in the caller's words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "callers make it")]
pub enum Repeat {
    /// An `Idempotency-Key`, 1 to 255 bytes.
    Key(String),
    /// The page's "claims so far + 1".
    Ordinal(u32),
}

/// Tells what a claim gives: the right to fetch the bytes for a while.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct Granted {
    /// The claim.
    pub claim: ClaimNo,
    /// The ticket.
    pub ticket: TicketToken,
    /// The end of the ticket, exclusive.
    pub ends_at: Timestamp,
    /// Whether the download was counted before, so that this cost nothing.
    pub is_repeat: bool,
}

/// Describes the bytes that somebody may fetch now.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The request.
    pub handle: RequestHandle,
    /// The claim that paid for it; `None` where it is free.
    pub claim: Option<ClaimNo>,
    /// The attachment.
    pub attachment: AttachmentNo,
    /// Its version.
    pub version: VersionNo,
    /// The name to save it under.
    pub file_name: String,
    /// The media type.
    pub media_type: String,
    /// The length, bytes.
    pub size: u64,
    /// The SHA-256.
    pub digest: Digest,
    /// When it was attached.
    pub attached_at: Timestamp,
    blob: BlobKey,
}

impl Desk {
    /// Claims one download by a link's token.
    ///
    /// The claim is durable before the ticket exists. A repeat of the same claim gives the same
    /// ticket, with its original end, and costs nothing.
    ///
    /// # Errors
    /// [`Error::Token`] where the token opens nothing; the refusals of [`decide::claim`];
    /// [`InvalidInput`] for an idempotency key of no or more than 255 bytes; [`Error::Store`].
    pub async fn claim(&self, token: &str, request: &ClaimRequest) -> Result<Granted, Error> {
        let verified = self.keys().verify_link(token, self.clock.now())?;
        let claimed = self.claim_by(verified.handle(), verified.link(), request).await;
        match claimed {
            // A genuine token whose link is not known here is told the same as a forged one.
            Err(Error::Refused(Refusal::Unknown)) => {
                self.prove(token).await?;
                Err(Refusal::Unknown.into())
            }
            claimed => claimed,
        }
    }

    /// Claims one download for a member of the requester's staff, who is signed in.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] and [`Refusal::Unknown`] to others; the refusals of
    /// [`decide::claim`]; [`Error::Store`].
    pub async fn claim_as_staff(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        request: &ClaimRequest,
    ) -> Result<Granted, Error> {
        let link = self
            .decide(handle, actor, |delivery, context| {
                decide::issue_link(delivery, Audience::RequesterStaff, context)
            })
            .await?;
        self.claim_by(handle, link, request).await
    }

    async fn claim_by(
        &self,
        handle: RequestHandle,
        link: LinkNo,
        request: &ClaimRequest,
    ) -> Result<Granted, Error> {
        let identity = self.identity(handle, link, request)?;
        let command = ClaimCommand {
            link,
            attachment: request.attachment,
            identity,
            acknowledged: request.acknowledged,
        };
        // The audience is the link's, which only the stored delivery knows.
        let claimed = self
            .decide(handle, &Actor::System, |delivery, context| {
                let audience =
                    delivery.body.link(link).map_or(Audience::Patron, |link| link.audience);
                let actor = Actor::LinkHolder { link, audience };
                decide::claim(delivery, &command, &Context { actor: &actor, ..*context })
            })
            .await?;
        let claim = claimed.claim();
        Ok(Granted {
            claim: claim.no,
            ticket: self.keys().mint_ticket(handle, claim),
            ends_at: claim.ends_at,
            is_repeat: matches!(claimed, Claimed::Repeated(_)),
        })
    }

    fn identity(
        &self,
        handle: RequestHandle,
        link: LinkNo,
        request: &ClaimRequest,
    ) -> Result<ClaimIdentity, InvalidInput> {
        match &request.repeat {
            Repeat::Ordinal(ordinal) => Ok(ClaimIdentity::Ordinal(*ordinal)),
            Repeat::Key(key) if key.is_empty() || key.len() > 255 => {
                Err(InvalidInput::new("Idempotency-Key", "does not have 1 to 255 bytes"))
            }
            Repeat::Key(key) => Ok(ClaimIdentity::Key(self.keys().idempotency(&[
                &handle.to_bytes(),
                &link.get().to_be_bytes(),
                &request.attachment.get().to_be_bytes(),
                key.as_bytes(),
            ]))),
        }
    }

    /// Finds what a ticket opens; costs nothing, however often.
    ///
    /// # Errors
    /// [`Error::Token`] where the ticket opens nothing, [`TokenError::Expired`] where it has ended;
    /// the refusals of [`decide::open_ticket`]; [`Error::Store`].
    pub async fn open_ticket(&self, ticket: &str) -> Result<Opened, Error> {
        let now = self.clock.now();
        let verified = self.keys().verify_ticket(ticket, now)?;
        let delivery = match self.load(verified.handle()).await {
            Err(Error::Refused(Refusal::Unknown)) => return Err(TokenError::Invalid.into()),
            found => found?,
        };
        let policy = self.policy(&delivery.body.policy)?;
        let context = Context { now, policy, actor: &Actor::System };
        let ticket = OpenTicket {
            claim: verified.claim(),
            attachment: verified.attachment(),
            version: verified.version(),
            ends_at: verified.ends_at(),
        };
        let version = decide::open_ticket(&delivery, &ticket, &context)?;
        Ok(Opened::of(delivery.handle, Some(ticket.claim), ticket.attachment, version))
    }

    /// Lets the supplier's staff fetch what they attached, which is free and recorded.
    ///
    /// # Errors
    /// The refusals of [`decide::staff_read`]; [`Error::Store`].
    pub async fn open_as_supplier(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        attachment: AttachmentNo,
    ) -> Result<Opened, Error> {
        let version = self
            .decide(handle, actor, |delivery, context| {
                decide::staff_read(delivery, attachment, context)
            })
            .await?;
        Ok(Opened::of(handle, None, attachment, &version))
    }

    /// Opens the bytes, all of them or `range`.
    ///
    /// # Errors
    /// [`Error::Store`]: `Corrupt` where the bytes are missing or not as long as they were.
    pub async fn read(
        &self,
        opened: &Opened,
        range: Option<Range<u64>>,
    ) -> Result<ByteStream, Error> {
        let corrupt = || StoreError::new(StoreErrorKind::Corrupt, "blob store", "get");
        let blob = self.blobs.get(opened.blob, range).await?.ok_or_else(corrupt)?;
        if blob.size != opened.size {
            return Err(corrupt().into());
        }
        Ok(blob.bytes)
    }

    /// Gives the claim back that paid for `opened`: for the caller that could not send a single
    /// byte, by a fault on our side. Answers whether it was given back.
    ///
    /// # Errors
    /// The refusals of [`decide::give_back`]; [`Error::Store`].
    pub async fn give_back(&self, opened: &Opened) -> Result<bool, Error> {
        let Some(claim) = opened.claim else { return Ok(false) };
        self.decide(opened.handle, &Actor::System, |delivery, context| {
            decide::give_back(delivery, claim, context)
        })
        .await
    }
}

impl Opened {
    fn of(
        handle: RequestHandle,
        claim: Option<ClaimNo>,
        attachment: AttachmentNo,
        version: &crate::Version,
    ) -> Self {
        Self {
            handle,
            claim,
            attachment,
            version: version.no,
            file_name: version.file_name.as_str().to_owned(),
            media_type: version.media_type.clone(),
            size: version.size,
            digest: version.digest,
            attached_at: version.attached_at,
            blob: version.blob,
        }
    }
}
