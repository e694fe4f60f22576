use super::{Desk, RequestAt};
use crate::decide::{self, Decision, DeliveryView};
use crate::desk::Error;
use crate::model::delivery::{Delivery, DeliveryRecord};
use crate::model::event::Actor;
use crate::model::ids::{AttachmentNo, LinkNo, RequestHandle};
use crate::model::link::{Audience, Link};
use crate::model::link_url::LinkUrl;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;
use crate::token::TokenError;
use crate::token::{LinkToken, TicketToken};

/// A link with its token and address.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct IssuedLink {
    /// Its number.
    pub no: LinkNo,
    /// Its token.
    pub token: LinkToken,
    /// Its address, to be given only to the person for whom the link was issued.
    pub url: LinkUrl,
    /// The end of the token, exclusive.
    pub hard_expires_at: Timestamp,
}

impl Desk {
    /// Returns an audience's active link; issues a link if there is none.
    ///
    /// # Errors
    /// The refusals of [`decide::issue_link_to_hand_out`]; [`Error::Store`].
    pub async fn issue_link(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        audience: Audience,
    ) -> Result<IssuedLink, Error> {
        let request = request.into();
        let link = self
            .decide(request, actor, |delivery, context| {
                let issued = decide::issue_link_to_hand_out(delivery, audience, context)?;
                with_link(delivery, issued)
            })
            .await?;
        Ok(self.issued(request.handle, &link))
    }

    pub(super) fn issued(&self, handle: RequestHandle, link: &Link) -> IssuedLink {
        let token = self.keys().mint_link(handle, link.no, link.hard_expires_at);
        let url = self.link_url(&token);
        IssuedLink { no: link.no, hard_expires_at: token.hard_expires_at(), token, url }
    }

    /// Revokes a link and the tickets issued through it.
    ///
    /// # Errors
    /// The refusals of [`decide::revoke_link`]; [`Error::Store`].
    pub async fn revoke_link(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        no: LinkNo,
    ) -> Result<(), Error> {
        self.decide(request, actor, |delivery, context| decide::revoke_link(delivery, no, context))
            .await
    }

    /// Returns the request as shown to the holder of a link; nothing is counted.
    ///
    /// # Errors
    /// [`Error::Token`] if the token is invalid or expired; the refusals of [`decide::view`];
    /// [`Error::Store`].
    pub async fn open_link(&self, token: &str) -> Result<DeliveryView, Error> {
        let (delivery, link) = self.prove(token).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let actor = Actor::LinkHolder { link: link.no, audience: link.audience };
        let facts = &delivery.record.facts;
        let context = self.view_context(link.audience, facts, policy, &actor).await?;
        Ok(decide::view(&delivery, link.no, &context)?)
    }

    /// Verifies the signature and the hard expiry of a link's token without any lookup, so that an
    /// adapter can reject a forged token before it reads a body. Returns the link's request.
    ///
    /// # Errors
    /// [`Error::Token`] if the token is invalid or expired.
    pub fn verify_link(&self, token: &str) -> Result<RequestHandle, Error> {
        Ok(self.keys().verify_link(token, self.clock.now())?.handle())
    }

    /// Verifies the signature and the end of a ticket's token without any lookup. Returns the
    /// ticket's request.
    ///
    /// # Errors
    /// [`Error::Token`] if the token is invalid or expired.
    pub fn verify_ticket(&self, token: &str) -> Result<RequestHandle, Error> {
        Ok(self.keys().verify_ticket(token, self.clock.now())?.handle())
    }

    /// Returns the genuine token in the damaged address of a link, without any lookup. See
    /// [`KeyRing::repair_link`](crate::KeyRing::repair_link).
    #[must_use]
    pub fn repair_link(&self, text: &str) -> Option<LinkToken> {
        self.keys().repair_link(text)
    }

    /// Returns the genuine token in the damaged address of a ticket, without any lookup.
    #[must_use]
    pub fn repair_ticket(&self, text: &str) -> Option<TicketToken> {
        self.keys().repair_ticket(text)
    }

    /// Requests an extension (more downloads or time) from the supplier, with a note of at most
    /// 1,000 bytes.
    ///
    /// # Errors
    /// [`Error::Token`] if the token is invalid or expired; the refusals of [`decide::ask`];
    /// [`Error::Store`].
    pub async fn ask(
        &self,
        token: &str,
        attachment: AttachmentNo,
        note: &str,
    ) -> Result<(), Error> {
        let (delivery, link) = self.prove(token).await?;
        let actor = Actor::LinkHolder { link: link.no, audience: link.audience };
        self.decide_loaded(delivery.handle, delivery, &actor, |delivery, context| {
            decide::ask(delivery, link.no, attachment, note, context)
        })
        .await
    }

    /// Authenticates a token; returns its delivery and link. A genuine token whose request is
    /// unknown here, for example after a restore, gets the same error as a forged one.
    pub(super) async fn prove(&self, token: &str) -> Result<(Box<Delivery>, Link), Error> {
        let verified = self.keys().verify_link(token, self.clock.now())?;
        let delivery = match self.load_for_page(verified.handle()).await {
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

/// Replaces the answer of a decision about a link by the link itself, in its new state.
pub(super) fn with_link(
    delivery: &Delivery,
    issued: Decision<LinkNo>,
) -> Result<Decision<Link>, Refusal> {
    let record = issued.record.as_ref().unwrap_or(&delivery.record);
    let link = record.link(issued.answer).cloned().ok_or(Refusal::Unknown)?;
    Ok(issued.map(|_| link))
}

/// Returns a link, even one that was revoked long ago.
pub(super) fn known_link(record: &DeliveryRecord, no: LinkNo) -> Option<Link> {
    record.link(no).cloned().or_else(|| record.forgotten_link(no))
}
