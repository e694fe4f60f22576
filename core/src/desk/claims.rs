use super::verified::{self, Verifying};
use super::{Desk, RequestAt};
use crate::content::media_type;
use crate::decide::{self, ClaimCommand, Claimed, Context, OpenTicket, Transfer};
use crate::desk::Error;
use crate::model::claim::{Claim, ClaimIdentity};
use crate::model::delivery::Delivery;
use crate::model::event::Actor;
use crate::model::ids::{AttachmentNo, BlobKey, ClaimNo, Digest, LinkNo, RequestHandle, VersionNo};
use crate::model::input::{InputFault, InputField, InvalidInput};
use crate::model::link::Audience;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;
use crate::ports::blob_store::ByteStream;
use crate::ports::direct::{DirectAddress, DirectOptions};
use crate::ports::{StoreError, StoreErrorKind};
use crate::token::TicketToken;
use crate::token::TokenError;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// The maximum length of an idempotency key in bytes.
const MAX_KEY_BYTES: usize = 255;

/// A request to claim one download.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRequest {
    /// The attachment to download.
    pub attachment: AttachmentNo,
    /// The key by which a repeat of this claim is recognized.
    pub key: ClaimKey,
    /// Whether the copyright notice was acknowledged.
    pub acknowledged: bool,
    /// The version of the copyright notice that the page showed
    /// ([`Participant::copyright_notice_version`](crate::Participant)); recorded in the history.
    pub copyright_version: Option<u32>,
}

impl ClaimRequest {
    /// Creates a claim without an acknowledgment of the copyright notice.
    #[must_use]
    pub const fn new(attachment: AttachmentNo, key: ClaimKey) -> Self {
        Self { attachment, key, acknowledged: false, copyright_version: None }
    }

    /// Sets whether the copyright notice was acknowledged.
    #[must_use]
    pub const fn with_acknowledged(mut self, acknowledged: bool) -> Self {
        self.acknowledged = acknowledged;
        self
    }

    /// Sets the version of the copyright notice that the page showed.
    #[must_use]
    pub fn with_copyright_version(mut self, version: impl Into<Option<u32>>) -> Self {
        self.copyright_version = version.into();
        self
    }
}

/// The idempotency key of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "callers construct it")]
pub enum ClaimKey {
    /// An `Idempotency-Key`, 1 to 255 bytes.
    Key(String),
    /// The number of claims from the page so far, plus 1.
    Ordinal(u32),
}

/// A claim's ticket: the right to fetch the bytes for a limited time.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct IssuedTicket {
    /// The claim.
    pub claim: ClaimNo,
    /// The ticket.
    pub ticket: TicketToken,
    /// The end of the ticket, exclusive.
    pub ends_at: Timestamp,
    /// Whether the download was already counted, so that this claim was free.
    pub is_repeat: bool,
}

/// A file that may be fetched now.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// The request.
    pub handle: RequestHandle,
    /// The claim that was counted for it; `None` if the download is free.
    pub claim: Option<ClaimNo>,
    /// The attachment.
    pub attachment: AttachmentNo,
    /// Its version.
    pub version: VersionNo,
    /// The file name to save it under.
    pub file_name: String,
    /// The media type; `application/octet-stream` for files with active content.
    pub media_type: String,
    /// The length in bytes.
    pub size: u64,
    /// The SHA-256 digest.
    pub digest: Digest,
    /// When it was attached.
    pub attached_at: Timestamp,
    /// The end of the ticket, exclusive: no transfer begins from then on, but a transfer in
    /// progress may continue. `None` if there is no ticket.
    pub ends_at: Option<Timestamp>,
    /// Whether the profile allows the store itself to serve the bytes; see [`Desk::direct`].
    pub may_redirect: bool,
    blob: BlobKey,
    link: Option<LinkNo>,
}

impl Desk {
    /// Claims one download with a link's token.
    ///
    /// The claim is durable before the ticket exists. A repeat of the same claim returns the same
    /// ticket, with its original end, and is free.
    ///
    /// # Errors
    /// [`Error::Token`] if the token is invalid or expired; the refusals of [`decide::claim`];
    /// [`InvalidInput`] if the idempotency key is empty or longer than 255 bytes; [`Error::Store`].
    pub async fn claim(&self, token: &str, request: &ClaimRequest) -> Result<IssuedTicket, Error> {
        let verified = self.keys().verify_link(token, self.clock.now())?;
        let claimed = self.claim_by(verified.handle(), verified.link(), request).await;
        match claimed {
            // A genuine token of a link that is unknown here gets the same error as a forged one.
            Err(Error::Refused(Refusal::Unknown)) => {
                self.prove(token).await?;
                Err(Refusal::Unknown.into())
            }
            claimed => claimed,
        }
    }

    /// Claims one download for a signed-in member of the requester's staff.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for the supplier's staff; [`Refusal::Unknown`] for
    /// [strangers](decide); the refusals of [`decide::claim`]; [`InvalidInput`] if the idempotency
    /// key is empty or longer than 255 bytes; [`Error::Store`].
    pub async fn claim_as_staff(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        claim: &ClaimRequest,
    ) -> Result<IssuedTicket, Error> {
        check_key(&claim.key)?;
        let request = request.into();
        // Staff share one link, so their keys are told apart by who they are.
        let caller = match actor {
            Actor::Staff { id, .. } => id.as_str(),
            _ => "",
        };
        let command = |link| self.claim_command(request.handle, link, caller, claim);
        let claimed = self
            .decide_recalled(request, actor, |delivery, context| {
                decide::claim_as_staff(delivery, command, context)
            })
            .await?;
        Ok(self.claimed(request.handle, &claimed)?)
    }

    async fn claim_by(
        &self,
        handle: RequestHandle,
        link: LinkNo,
        request: &ClaimRequest,
    ) -> Result<IssuedTicket, Error> {
        check_key(&request.key)?;
        let command = self.claim_command(handle, link, "", request);
        // The audience is the link's, which is only in the stored delivery.
        let rule = |delivery: &Delivery, context: &Context<'_>| {
            let audience =
                delivery.record.link(link).map_or(Audience::Patron, |link| link.audience);
            let actor = &Actor::LinkHolder { link, audience };
            decide::claim(delivery, &command, &Context { actor, ..*context })
        };
        let claimed = self.decide_recalled(handle, &Actor::System, rule).await?;
        Ok(self.claimed(handle, &claimed)?)
    }

    fn claim_command(
        &self,
        handle: RequestHandle,
        link: LinkNo,
        caller: &str,
        request: &ClaimRequest,
    ) -> ClaimCommand {
        ClaimCommand::new(link, request.attachment, self.identity(handle, link, caller, request))
            .with_acknowledged(request.acknowledged)
            .with_copyright_version(request.copyright_version)
    }

    fn claimed(&self, handle: RequestHandle, claimed: &Claimed) -> Result<IssuedTicket, Refusal> {
        match claimed {
            Claimed::Counted(claim) => Ok(self.granted(handle, claim, false)),
            Claimed::Repeated(claim) => self.reissued(handle, claim),
        }
    }

    /// Issues the ticket of an earlier claim again. Its token may end a few seconds before the claim
    /// does, and is then no longer issued.
    pub(super) fn reissued(
        &self,
        handle: RequestHandle,
        claim: &Claim,
    ) -> Result<IssuedTicket, Refusal> {
        let issued = self.granted(handle, claim, true);
        if self.clock.now() < issued.ends_at {
            Ok(issued)
        } else {
            Err(Refusal::Ended { since: issued.ends_at })
        }
    }

    fn granted(&self, handle: RequestHandle, claim: &Claim, is_repeat: bool) -> IssuedTicket {
        let ticket = self.keys().mint_ticket(handle, claim);
        IssuedTicket { claim: claim.no, ends_at: ticket.ends_at(), ticket, is_repeat }
    }

    /// Issues a link's open ticket to an attachment again, so that the download can be resumed for
    /// free; `None` if no ticket is open.
    ///
    /// # Errors
    /// [`Error::Token`] if the token is invalid or expired; the refusals of [`decide::resume`];
    /// [`Error::Store`].
    pub async fn resume(
        &self,
        token: &str,
        attachment: AttachmentNo,
    ) -> Result<Option<IssuedTicket>, Error> {
        let (delivery, link) = self.prove(token).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let context = Context::new(self.clock.now(), policy, &Actor::System);
        let claim = decide::resume(&delivery, link.no, attachment, &context)?;
        Ok(claim.and_then(|claim| self.reissued(delivery.handle, claim).ok()))
    }

    fn identity(
        &self,
        handle: RequestHandle,
        link: LinkNo,
        caller: &str,
        request: &ClaimRequest,
    ) -> ClaimIdentity {
        match &request.key {
            ClaimKey::Ordinal(ordinal) => ClaimIdentity::Ordinal(*ordinal),
            ClaimKey::Key(key) => ClaimIdentity::Key(self.keys().idempotency(&[
                &handle.to_bytes(),
                &link.get().to_be_bytes(),
                &request.attachment.get().to_be_bytes(),
                caller.as_bytes(),
                key.as_bytes(),
            ])),
        }
    }

    /// Looks up the file that a ticket opens; free, however often it is called.
    ///
    /// # Errors
    /// [`Error::Token`] if the ticket is invalid or, with [`TokenError::Expired`], if it has ended;
    /// the refusals of [`decide::open_ticket`]; [`Error::Store`].
    pub async fn open_ticket(&self, ticket: &str) -> Result<Download, Error> {
        let (delivery, ticket) = self.prove_ticket(ticket).await?;
        Ok(self.opened(&delivery, &ticket)??)
    }

    /// Returns the file that an authenticated ticket opens, or the refusal that closes it.
    pub(super) fn opened(
        &self,
        delivery: &Delivery,
        ticket: &OpenTicket,
    ) -> Result<Result<Download, Refusal>, InvalidInput> {
        let policy = self.policy(&delivery.record.policy)?;
        let context = Context::new(self.clock.now(), policy, &Actor::System);
        let version = decide::open_ticket(delivery, ticket, &context);
        let link = delivery.usage.claim(ticket.claim).map(|claim| claim.link);
        Ok(version.map(|version| Download {
            claim: Some(ticket.claim),
            ends_at: Some(ticket.ends_at),
            may_redirect: policy.allow_redirect,
            link,
            ..Download::of(delivery.handle, ticket.attachment, version)
        }))
    }

    /// Authenticates a ticket; returns its delivery and the ticket.
    pub(super) async fn prove_ticket(
        &self,
        ticket: &str,
    ) -> Result<(Box<Delivery>, OpenTicket), Error> {
        let verified = self.keys().verify_ticket(ticket, self.clock.now())?;
        let delivery = match self.load(verified.handle()).await {
            Err(Error::Refused(Refusal::Unknown)) => return Err(TokenError::Invalid.into()),
            found => found?,
        };
        let ticket = OpenTicket::new(
            verified.claim(),
            verified.attachment(),
            verified.version(),
            verified.ends_at(),
        );
        Ok((delivery, ticket))
    }

    /// Checks that a transfer in progress may continue; adapters call it every few seconds.
    ///
    /// The end of the ticket does not stop a transfer; revocation, withdrawal, removal and a wrong
    /// document do.
    ///
    /// # Errors
    /// The refusals of [`decide::still_open`]; [`Error::Store`].
    pub async fn recheck(&self, opened: &Download) -> Result<(), Error> {
        let delivery = self.load(opened.handle).await?;
        let Download { link, attachment, version, .. } = *opened;
        Ok(decide::still_open(&delivery, &Transfer::new(attachment, version).with_link(link))?)
    }

    /// Opens an attachment for the supplier's own staff, which is free and recorded in the history.
    ///
    /// # Errors
    /// The refusals of [`decide::staff_read`]; [`Error::Store`].
    pub async fn open_as_supplier(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        attachment: AttachmentNo,
    ) -> Result<Download, Error> {
        let version = self
            .decide(handle, actor, |delivery, context| {
                decide::staff_read(delivery, attachment, context)
            })
            .await?;
        Ok(Download::of(handle, attachment, &version))
    }

    /// Opens the bytes, either all of them or `range`.
    ///
    /// When this desk reads a whole file for the first time, it hashes the bytes as they pass and
    /// withholds the last piece until the SHA-256 matches. If the bytes in the store have changed,
    /// the stream therefore ends with an error of kind
    /// [`InvalidData`](std::io::ErrorKind::InvalidData), with a [`StoreError`] inside, before the
    /// reader has all bytes. Later reads are not hashed again. Ranges are not verified; they are
    /// refused if the file was found to be corrupt, until a read of the whole file matches again.
    ///
    /// # Errors
    /// [`Error::Store`]: `Corrupt` if the bytes are missing, have another length, or are known to
    /// have changed.
    pub async fn read(
        &self,
        opened: &Download,
        range: Option<Range<u64>>,
    ) -> Result<ByteStream, Error> {
        let corrupt = || StoreError::new(StoreErrorKind::Corrupt, "blob store", "get");
        let is_whole = range.is_none();
        if !is_whole && self.verified.is_corrupt(opened.blob) {
            return Err(verified::corrupt().into());
        }
        let blob = self.blobs.get(opened.blob, range).await?.ok_or_else(corrupt)?;
        if blob.size != opened.size {
            return Err(corrupt().into());
        }
        if !is_whole || blob.size == 0 || self.verified.is_sound(opened.blob) {
            return Ok(blob.bytes);
        }
        let (expected, verified) = ((opened.size, opened.digest), Arc::clone(&self.verified));
        Ok(Box::pin(Verifying::new(blob.bytes, expected, opened.blob, verified)))
    }

    /// Returns an address at which the store itself serves the bytes with this
    /// `Content-Disposition`, for at most `valid_for` and not beyond the end of the ticket, or an
    /// internal location from which a front server can send them. Returns `None` if the profile
    /// forbids this or the store does not support it; use [`read`](Self::read) then.
    ///
    /// Downloads from that address are not counted and cannot be revoked.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn direct(
        &self,
        opened: &Download,
        content_disposition: &str,
        valid_for: Duration,
    ) -> Result<Option<DirectAddress>, Error> {
        let now = self.clock.now();
        let left = opened.ends_at.map_or(i64::MAX, |end| end.seconds_since(now));
        let left = Duration::from_secs(u64::try_from(left).unwrap_or_default());
        let valid_for = valid_for.min(left);
        // A file known to be corrupt is read through this process, to find out whether it still is.
        let is_corrupt = self.verified.is_corrupt(opened.blob);
        if !opened.may_redirect || is_corrupt || valid_for < Duration::from_secs(1) {
            return Ok(None);
        }
        let options = DirectOptions::new(content_disposition, opened.media_type.clone(), valid_for)
            .with_size(opened.size);
        Ok(self.blobs.direct(opened.blob, &options).await?)
    }

    /// Refunds the claim that was counted for `opened`, for callers that could not send a single
    /// byte because of a fault on our side. Returns whether the claim was refunded.
    ///
    /// # Errors
    /// The refusals of [`decide::refund`]; [`Error::Store`].
    pub async fn refund(&self, opened: &Download) -> Result<bool, Error> {
        let Some(claim) = opened.claim else { return Ok(false) };
        self.decide(opened.handle, &Actor::System, |delivery, context| {
            decide::refund(delivery, claim, context)
        })
        .await
    }
}

/// Checks the length of an idempotency key.
fn check_key(key: &ClaimKey) -> Result<(), InvalidInput> {
    match key {
        ClaimKey::Key(key) if key.is_empty() || key.len() > MAX_KEY_BYTES => {
            let fault = InputFault::WRONG_KEY_LENGTH.with_limit(MAX_KEY_BYTES);
            Err(InvalidInput::new(InputField::IDEMPOTENCY_KEY, fault))
        }
        ClaimKey::Key(_) | ClaimKey::Ordinal(_) => Ok(()),
    }
}

impl Download {
    pub(super) fn of(
        handle: RequestHandle,
        attachment: AttachmentNo,
        version: &crate::delivery::Version,
    ) -> Self {
        Self {
            handle,
            claim: None,
            attachment,
            version: version.no,
            file_name: version.file_name.as_str().to_owned(),
            media_type: media_type::inert(&version.media_type).to_owned(),
            size: version.size,
            digest: version.digest,
            attached_at: version.attached_at,
            ends_at: None,
            may_redirect: false,
            blob: version.blob,
            link: None,
        }
    }
}
