use super::links::with_link;
use super::requests::MAX_PAGE;
use super::{Desk, IssuedLink};
use crate::decide::{self, Context, PatronView};
use crate::desk::Error;
use crate::model::event::Actor;
use crate::model::ids::{AgencyId, PatronId, RequestHandle};
use crate::model::link::Audience;
use crate::ports::change::{ListQuery, Party};

impl Desk {
    /// Returns a request as shown to its patron, [`Actor::Patron`].
    ///
    /// [`issue_patron_link`](Self::issue_patron_link) returns the link to the patron's page.
    ///
    /// # Errors
    /// [`Refusal::Unknown`](crate::Refusal::Unknown) if there is no such request, and for anyone
    /// but its patron; [`Error::Store`].
    pub async fn patron_view(
        &self,
        handle: RequestHandle,
        actor: &Actor,
    ) -> Result<PatronView, Error> {
        let delivery = self.load_for_page(handle).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let facts = &delivery.record.facts;
        let context = self.view_context(Audience::Patron, facts, policy, actor).await?;
        Ok(decide::patron_view(&delivery, &context)?)
    }

    /// Returns requests of a patron, [`Actor::Patron`], as shown to them, in the order of `handles`,
    /// of which at most the first 1,000 are read. Leaves out requests that no longer exist or that
    /// belong to others.
    ///
    /// However many requests there are, they take one load, and one read of the patron's daily
    /// quota if a profile has one.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::InvalidInput) if the profile of a request is missing;
    /// [`Error::Store`].
    pub async fn patron_views(
        &self,
        handles: &[RequestHandle],
        actor: &Actor,
    ) -> Result<Vec<(RequestHandle, PatronView)>, Error> {
        let handles = &handles[..handles.len().min(MAX_PAGE)];
        let mut deliveries = self.ledger.load_many(handles).await?;
        deliveries.retain(|delivery| decide::is_patron_of(&delivery.record.facts, actor));
        let now = self.clock.now();
        let mut views = Vec::with_capacity(deliveries.len());
        // All these requests have the same patron, and so the same counter.
        let mut downloads = None;
        for delivery in &deliveries {
            let policy = self.policy(&delivery.record.policy)?;
            let quota = decide::patron_quota(&delivery.record.facts, policy, now);
            if let (Some((quota, _)), None) = (quota, downloads) {
                downloads = Some(self.used(&quota).await?);
            }
            let context = Context::new(now, policy, actor).with_patron_downloads(downloads);
            views.push((delivery.handle, decide::patron_view(delivery, &context)?));
        }
        Ok(views)
    }

    /// Returns the active link of a request for its patron, [`Actor::Patron`]; issues a link if
    /// there is none.
    ///
    /// # Errors
    /// [`Refusal::Unknown`](crate::Refusal::Unknown) if there is no such request, and for anyone
    /// but its patron, including a patron whom the request has just stopped naming; the refusals of
    /// [`decide::issue_own_link`]; [`Error::Store`].
    pub async fn issue_patron_link(
        &self,
        handle: RequestHandle,
        actor: &Actor,
    ) -> Result<IssuedLink, Error> {
        let link = self
            .decide(handle, actor, |delivery, context| {
                with_link(delivery, decide::issue_own_link(delivery, context)?)
            })
            .await?;
        Ok(self.issued(handle, &link))
    }

    /// Removes an erased patron from all their requests; revokes their links there and the tickets
    /// issued through them. Returns the number of requests that named the patron.
    ///
    /// Call this when the host erases a patron. Later updates may name a patron again, even the
    /// same one, who then gets a new link. After an error, call it again to continue where the last
    /// call stopped.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`](crate::Refusal::Forbidden) for the supplier's staff;
    /// [`Refusal::Unknown`](crate::Refusal::Unknown) for [strangers](decide); [`Error::Store`].
    pub async fn forget_patron(
        &self,
        actor: &Actor,
        agency: &AgencyId,
        patron: &PatronId,
    ) -> Result<usize, Error> {
        const PAGE: usize = 100;
        let mut query = ListQuery::of(Party::Patron(agency.clone(), patron.clone()), PAGE);
        let mut requests = 0;
        loop {
            let page = self.ledger.list(&query).await?;
            for listed in &page {
                self.decide(listed.position.handle, actor, |delivery, context| {
                    decide::forget_patron(delivery, (agency, patron), context)
                })
                .await?;
                requests += 1;
            }
            query.after = page.last().map(|last| last.position);
            if page.len() < PAGE {
                return Ok(requests);
            }
        }
    }
}
