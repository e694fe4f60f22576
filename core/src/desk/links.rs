use super::{Desk, IssuedTicket};
use crate::decide::{self, Context, DeliveryView};
use crate::desk::Error;
use crate::model::delivery::{Delivery, DeliveryRecord, Status};
use crate::model::event::Actor;
use crate::model::ids::{AttachmentNo, LinkNo, RequestHandle};
use crate::model::link::{Audience, Link};
use crate::model::notice::LinkUrl;
use crate::model::participant::Participant;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;
use crate::model::zone::Zone;
use crate::token::TokenError;
use crate::token::{LinkToken, TicketToken};

/// Carries a link with its token and address.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct IssuedLink {
    /// Its number.
    pub no: LinkNo,
    /// Its token.
    pub token: LinkToken,
    /// Its address, for the one who is to have it alone.
    pub url: LinkUrl,
    /// The end of the token, exclusive.
    pub hard_expires_at: Timestamp,
}

/// Tells who stands behind a link, and nothing of what was asked for.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkContext {
    /// The link.
    pub link: LinkNo,
    /// For whom it was made.
    pub audience: Audience,
    /// Where the request stands.
    pub status: Status,
    /// The borrowing library, with the copyright notice of its readers; `None` where the directory
    /// does not know it any more.
    pub requester: Option<Participant>,
    /// The lending library; `None` where the directory does not know it any more.
    pub supplier: Option<Participant>,
    /// The number under which the borrowing library knows the request.
    pub request_no: String,
    /// The borrowing library's zone, in which the days of the request end.
    pub zone: Zone,
    /// Whether the profile lets tickets lead to the address of an object store.
    pub may_redirect: bool,
}

/// Everything that the page of a link shows.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct LinkPage {
    /// What the link leads to.
    pub view: DeliveryView,
    /// Who stands behind it.
    pub context: LinkContext,
    /// Its open tickets to the current versions, so that resuming is free.
    pub tickets: Vec<(AttachmentNo, IssuedTicket)>,
}

impl LinkContext {
    /// The library to contact with questions: for a patron, their own; for a library, the lending
    /// library.
    #[must_use]
    pub const fn contact(&self) -> Option<&Participant> {
        match self.audience {
            Audience::Patron => self.requester.as_ref(),
            _ => self.supplier.as_ref(),
        }
    }
}

impl Desk {
    /// Gives the link of an audience, made now where there is none that is active.
    ///
    /// # Errors
    /// The refusals of [`decide::issue_link_to_hand_out`]; [`Error::Store`].
    pub async fn issue_link(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        audience: Audience,
    ) -> Result<IssuedLink, Error> {
        let no = self
            .decide(handle, actor, |delivery, context| {
                decide::issue_link_to_hand_out(delivery, audience, context)
            })
            .await?;
        let delivery = self.load(handle).await?;
        let link = delivery.record.link(no).ok_or(Refusal::Unknown)?;
        Ok(self.issued(handle, link))
    }

    pub(super) fn issued(&self, handle: RequestHandle, link: &Link) -> IssuedLink {
        let token = self.keys().mint_link(handle, link.no, link.hard_expires_at);
        let url = self.link_url(&token);
        IssuedLink { no: link.no, token, url, hard_expires_at: link.hard_expires_at }
    }

    /// Revokes a link, and the tickets that it led to.
    ///
    /// # Errors
    /// The refusals of [`decide::revoke_link`]; [`Error::Store`].
    pub async fn revoke_link(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        no: LinkNo,
    ) -> Result<(), Error> {
        self.decide(handle, actor, |delivery, context| decide::revoke_link(delivery, no, context))
            .await
    }

    /// Shows what a link leads to; counts nothing.
    ///
    /// # Errors
    /// [`Error::Token`] where the token opens nothing; else the refusal that closes the whole link.
    pub async fn open_link(&self, token: &str) -> Result<DeliveryView, Error> {
        let (delivery, link) = self.prove(token).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let actor = Actor::LinkHolder { link: link.no, audience: link.audience };
        let context = Context { now: self.clock.now(), policy, actor: &actor };
        Ok(decide::view(&delivery, link.no, &context)?)
    }

    /// Shows all that the page of a link needs, from one load; counts nothing.
    ///
    /// # Errors
    /// As [`open_link`](Self::open_link).
    pub async fn link_page(&self, token: &str) -> Result<LinkPage, Error> {
        let (delivery, link) = self.prove(token).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let actor = Actor::LinkHolder { link: link.no, audience: link.audience };
        let context = Context { now: self.clock.now(), policy, actor: &actor };
        let view = decide::view(&delivery, link.no, &context)?;
        let tickets = self.tickets_of(delivery.handle, &view);
        let context = self.context_of(delivery, &link).await?;
        Ok(LinkPage { view, context, tickets })
    }

    /// The tickets that are open on the versions in a view.
    pub(super) fn tickets_of(
        &self,
        handle: RequestHandle,
        view: &DeliveryView,
    ) -> Vec<(AttachmentNo, IssuedTicket)> {
        let open = view.files.iter().filter_map(|file| Some((file.no, file.open_claim.as_ref()?)));
        open.map(|(no, claim)| (no, self.granted(handle, claim, true))).collect()
    }

    /// Verifies the signature and the hard expiry of a link's token, without looking anything up, so
    /// that an adapter can reject a forged token before it reads a body.
    ///
    /// # Errors
    /// [`Error::Token`] where the token opens nothing.
    pub fn verify_link(&self, token: &str) -> Result<(), Error> {
        self.keys().verify_link(token, self.clock.now())?;
        Ok(())
    }

    /// Tells who stands behind a link, also where it opens nothing any more, so that a page can say
    /// whom to ask and in which language.
    ///
    /// # Errors
    /// [`Error::Token`] where the token opens nothing; [`Error::Store`].
    pub async fn link_context(&self, token: &str) -> Result<LinkContext, Error> {
        let (delivery, link) = self.prove(token).await?;
        self.context_of(delivery, &link).await
    }

    /// Tells who stands behind a ticket, also where it opens nothing any more.
    ///
    /// # Errors
    /// [`Error::Token`] where the ticket opens nothing; [`Error::Store`].
    pub async fn ticket_context(&self, ticket: &str) -> Result<LinkContext, Error> {
        let verified = self.keys().verify_ticket(ticket, self.clock.now())?;
        let delivery = match self.load(verified.handle()).await {
            Err(Error::Refused(Refusal::Unknown)) => return Err(TokenError::Invalid.into()),
            found => found?,
        };
        let link = delivery.usage.claim(verified.claim()).map(|claim| claim.link);
        let link = link.and_then(|no| known_link(&delivery.record, no));
        self.context_of(delivery, &link.ok_or(TokenError::Invalid)?).await
    }

    async fn context_of(&self, delivery: Delivery, link: &Link) -> Result<LinkContext, Error> {
        let DeliveryRecord { facts, status, policy, zone, .. } = delivery.record;
        Ok(LinkContext {
            link: link.no,
            audience: link.audience,
            status,
            requester: self.directory.participant(&facts.requester).await?,
            supplier: self.directory.participant(&facts.supplier).await?,
            request_no: facts.requester_request_id,
            zone,
            may_redirect: self.policy(&policy).is_ok_and(|policy| policy.allow_redirect),
        })
    }

    /// Returns the genuine token in the damaged address of a link, without looking anything up. See
    /// [`KeyRing::repair_link`](crate::KeyRing::repair_link).
    #[must_use]
    pub fn repair_link(&self, text: &str) -> Option<LinkToken> {
        self.keys().repair_link(text)
    }

    /// Returns the genuine token in the damaged address of a ticket, without looking anything up.
    #[must_use]
    pub fn repair_ticket(&self, text: &str) -> Option<TicketToken> {
        self.keys().repair_ticket(text)
    }

    /// Asks the supplier for more downloads or time, with a note of at most 1,000 bytes.
    ///
    /// # Errors
    /// [`Error::Token`] where the token opens nothing; the refusals of [`decide::ask`].
    pub async fn ask(
        &self,
        token: &str,
        attachment: AttachmentNo,
        note: &str,
    ) -> Result<(), Error> {
        let (delivery, link) = self.prove(token).await?;
        let actor = Actor::LinkHolder { link: link.no, audience: link.audience };
        self.decide(delivery.handle, &actor, |delivery, context| {
            decide::ask(delivery, link.no, attachment, note, context)
        })
        .await
    }

    /// The delivery and the link that a token proves. A genuine token whose request is not known
    /// here, as after a restore, is told the same as a forged one.
    pub(super) async fn prove(&self, token: &str) -> Result<(Delivery, Link), Error> {
        let verified = self.keys().verify_link(token, self.clock.now())?;
        let delivery = match self.load(verified.handle()).await {
            Err(Error::Refused(Refusal::Unknown)) => return Err(TokenError::Invalid.into()),
            found => found?,
        };
        let link = known_link(&delivery.record, verified.link());
        Ok((delivery, link.ok_or(TokenError::Invalid)?))
    }

    pub(super) fn link_url(&self, token: &LinkToken) -> LinkUrl {
        LinkUrl::new(format!("{}/d/{}", self.address.as_str(), token.expose()))
    }
}

/// A link, even one that was revoked long ago.
fn known_link(record: &DeliveryRecord, no: LinkNo) -> Option<Link> {
    record.link(no).cloned().or_else(|| record.forgotten_link(no))
}
