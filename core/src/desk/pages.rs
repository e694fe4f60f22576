//! What a page shows, each from one load of the request.

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
    /// What the link leads to, or why it leads to nothing.
    pub view: Result<DeliveryView, Refusal>,
    /// Who stands behind the link.
    pub context: LinkContext,
    /// The link's open tickets to the current versions, so that resuming is free.
    pub tickets: Vec<(AttachmentNo, IssuedTicket)>,
}

/// What a ticket opens.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "there is no third")]
pub enum TicketPage {
    /// The ticket opens nothing any more.
    Closed {
        /// Why.
        refusal: Refusal,
        /// Who stands behind the link of the claim; `None` if the claim is forgotten.
        context: Option<Box<LinkContext>>,
    },
    /// The ticket opens these bytes.
    Open(Download),
}

/// Everything that the requester's page of a request shows.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct RequesterPage {
    /// The request as staff see it.
    pub view: StaffView,
    /// What they may claim, as a link's page shows it, or why nothing.
    pub offer: Result<DeliveryView, Refusal>,
    /// Their open tickets to the current versions, so that resuming is free.
    pub tickets: Vec<(AttachmentNo, IssuedTicket)>,
    /// The link of the patron, if it is issued already.
    pub patron_link: Option<IssuedLink>,
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
    /// Shows all that the page of a link needs; counts nothing.
    ///
    /// # Errors
    /// [`Error::Token`] where the token opens nothing; [`Error::Store`].
    pub async fn link_page(&self, token: &str) -> Result<LinkPage, Error> {
        let (delivery, link) = self.prove(token).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let actor = Actor::LinkHolder { link: link.no, audience: link.audience };
        let context = Context { now: self.clock.now(), policy, actor: &actor };
        let view = decide::view(&delivery, link.no, &context);
        let tickets = self.tickets_of(delivery.handle, &view);
        let context = self.context_of(delivery, &link).await?;
        Ok(LinkPage { view, context, tickets })
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

    /// Finds what a ticket opens, as [`open_ticket`](Self::open_ticket) does, or who stands behind a
    /// ticket that opens nothing any more.
    ///
    /// # Errors
    /// [`Error::Token`] where the ticket opens nothing; [`Error::Store`].
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

    /// Shows all that the requester's page of a request needs; counts nothing.
    ///
    /// # Errors
    /// The refusals of [`decide::staff_view`]; [`Error::Store`].
    pub async fn requester_page(
        &self,
        handle: RequestHandle,
        actor: &Actor,
    ) -> Result<RequesterPage, Error> {
        let delivery = self.load(handle).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let context = Context { now: self.clock.now(), policy, actor };
        let view = decide::staff_view(&delivery, &context)?;
        let offer = decide::requester_view(&delivery, &context);
        let tickets = self.tickets_of(handle, &offer);
        let link = decide::handed_out_link(&delivery, Audience::Patron, &context)?;
        let patron_link = link.map(|link| self.issued(handle, link));
        Ok(RequesterPage { view, offer, tickets, patron_link })
    }

    /// The tickets that are open on the versions in a view.
    fn tickets_of(
        &self,
        handle: RequestHandle,
        view: &Result<DeliveryView, Refusal>,
    ) -> Vec<(AttachmentNo, IssuedTicket)> {
        let files = view.iter().flat_map(|view| &view.files);
        let open = files.filter_map(|file| Some((file.no, file.open_claim.as_ref()?)));
        open.map(|(no, claim)| (no, self.granted(handle, claim, true))).collect()
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
}
