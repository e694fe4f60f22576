//! The contents of pages, each from one load of the request.

use super::links::known_link;
use super::{Desk, Download, IssuedLink, IssuedTicket};
use crate::decide::{self, Context, DeliveryView, StaffView};
use crate::desk::Error;
use crate::model::delivery::{Delivery, DeliveryRecord, Status};
use crate::model::event::Actor;
use crate::model::ids::{AttachmentNo, LinkNo, RequestHandle};
use crate::model::link::{Audience, Link};
use crate::model::participant::Participant;
use crate::model::refusal::Refusal;
use crate::model::zone::Zone;

/// The parties to a link, without the facts of the request.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkContext {
    /// The link.
    pub link: LinkNo,
    /// The audience of the link.
    pub audience: Audience,
    /// The status of the request.
    pub status: Status,
    /// The borrowing library, with its copyright notice; `None` if it is no longer in the
    /// directory.
    pub requester: Option<Participant>,
    /// The lending library; `None` if it is no longer in the directory.
    pub supplier: Option<Participant>,
    /// The borrowing library's number for the request.
    pub request_no: String,
    /// The borrowing library's time zone, in which days end.
    pub zone: Zone,
    /// Whether the profile allows tickets to redirect to an object store.
    pub may_redirect: bool,
}

/// The contents of a link's page.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct LinkPage {
    /// The request as shown to the link's holder, or the refusal that closes the link.
    pub view: Result<DeliveryView, Refusal>,
    /// The parties to the link.
    pub context: LinkContext,
    /// The link's open tickets to current versions, through which downloads can be resumed for
    /// free.
    pub tickets: Vec<(AttachmentNo, IssuedTicket)>,
}

/// The result of opening a ticket.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the two variants cover every case")]
pub enum TicketPage {
    /// The ticket is closed.
    Closed {
        /// The reason why.
        refusal: Refusal,
        /// The parties to the link of the claim; `None` if the claim is no longer stored.
        context: Option<Box<LinkContext>>,
    },
    /// The ticket opens this file.
    Open(Download),
}

/// The contents of the requester's page of a request.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct RequesterPage {
    /// The request as shown to staff.
    pub view: StaffView,
    /// The files that the staff may claim, or the refusal of all of them.
    pub offer: Result<DeliveryView, Refusal>,
    /// The staff's open tickets to current versions, through which downloads can be resumed for
    /// free.
    pub tickets: Vec<(AttachmentNo, IssuedTicket)>,
    /// The patron's link, if it is already issued.
    pub patron_link: Option<IssuedLink>,
}

impl LinkContext {
    /// Returns the library to contact with questions: for patrons, their own library; for
    /// libraries, the other one.
    #[must_use]
    pub const fn contact(&self) -> Option<&Participant> {
        match self.audience.asks_requester() {
            true => self.requester.as_ref(),
            false => self.supplier.as_ref(),
        }
    }
}

impl Desk {
    /// Returns the contents of a link's page; nothing is counted.
    ///
    /// # Errors
    /// [`Error::Token`] if the token is invalid or expired; [`Error::Store`].
    pub async fn link_page(&self, token: &str) -> Result<LinkPage, Error> {
        let (delivery, link) = self.prove(token).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let actor = Actor::LinkHolder { link: link.no, audience: link.audience };
        let facts = &delivery.record.facts;
        let context = self.view_context(link.audience, facts, policy, &actor).await?;
        let view = decide::view(&delivery, link.no, &context);
        let tickets = self.tickets_of(delivery.handle, &view);
        let context = self.context_of(delivery, &link).await?;
        Ok(LinkPage { view, context, tickets })
    }

    /// Returns the parties to a link, even if the link no longer opens anything, so that a page can
    /// show whom to contact, in the right language.
    ///
    /// # Errors
    /// [`Error::Token`] if the token is invalid or expired; [`Error::Store`].
    pub async fn link_context(&self, token: &str) -> Result<LinkContext, Error> {
        let (delivery, link) = self.prove(token).await?;
        self.context_of(delivery, &link).await
    }

    /// Looks up the file that a ticket opens, as [`open_ticket`](Self::open_ticket) does, or the
    /// parties to the link of a closed ticket.
    ///
    /// # Errors
    /// [`Error::Token`] if the ticket is invalid or expired; [`Error::Store`].
    pub async fn ticket_page(&self, ticket: &str) -> Result<TicketPage, Error> {
        let (delivery, ticket) = self.prove_ticket(ticket).await?;
        let refusal = match self.opened(&delivery, &ticket)? {
            Ok(download) => return Ok(TicketPage::Open(download)),
            Err(refusal) => refusal,
        };
        let link = delivery.usage.claim(ticket.claim).map(|claim| claim.link);
        let link = link.and_then(|no| known_link(&delivery.record, no));
        let context = match link {
            Some(link) => self.context_of(delivery, &link).await.ok().map(Box::new),
            None => None,
        };
        Ok(TicketPage::Closed { refusal, context })
    }

    /// Returns the contents of the requester's page of a request; nothing is counted.
    ///
    /// # Errors
    /// The refusals of [`decide::staff_view`]; [`Error::Store`].
    pub async fn requester_page(
        &self,
        handle: RequestHandle,
        actor: &Actor,
    ) -> Result<RequesterPage, Error> {
        let delivery = self.load_for_page(handle).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let context = Context::new(self.clock.now(), policy, actor);
        let view = decide::staff_view(&delivery, &context)?;
        let offer = decide::requester_view(&delivery, &context);
        let tickets = self.tickets_of(handle, &offer);
        let link = decide::handed_out_link(&delivery, Audience::Patron, &context)?;
        let patron_link = link.map(|link| self.issued(handle, link));
        Ok(RequesterPage { view, offer, tickets, patron_link })
    }

    /// Returns the open tickets to the versions in a view.
    fn tickets_of(
        &self,
        handle: RequestHandle,
        view: &Result<DeliveryView, Refusal>,
    ) -> Vec<(AttachmentNo, IssuedTicket)> {
        let files = view.iter().flat_map(|view| &view.files);
        let open = files.filter_map(|file| Some((file.no, file.open_claim.as_ref()?)));
        open.filter_map(|(no, claim)| Some((no, self.reissued(handle, claim).ok()?))).collect()
    }

    async fn context_of(&self, delivery: Box<Delivery>, link: &Link) -> Result<LinkContext, Error> {
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
}
