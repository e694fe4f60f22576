use super::links::with_link;
use super::{Desk, IssuedLink};
use crate::decide::{self, Context, PatronView};
use crate::desk::Error;
use crate::model::event::Actor;
use crate::model::ids::{AgencyId, PatronId, RequestHandle};
use crate::ports::change::{ListQuery, Party};

impl Desk {
    /// Shows a request to its patron, [`Actor::Patron`].
    ///
    /// They get the link page itself from [`issue_patron_link`](Self::issue_patron_link).
    ///
    /// # Errors
    /// [`Refusal::Unknown`](crate::Refusal::Unknown) where there is none, and to anybody else;
    /// [`Error::Store`].
    pub async fn patron_view(
        &self,
        handle: RequestHandle,
        actor: &Actor,
    ) -> Result<PatronView, Error> {
        let delivery = self.load(handle).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let context = Context { now: self.clock.now(), policy, actor };
        Ok(decide::patron_view(&delivery, &context)?)
    }

    /// Returns the link of a request to its patron, [`Actor::Patron`]; creates the link if there is
    /// none.
    ///
    /// # Errors
    /// [`Refusal::Unknown`](crate::Refusal::Unknown) if there is no such request, and to anybody else, including a patron
    /// whom the request has just stopped naming; the refusals of [`decide::issue_own_link`];
    /// [`Error::Store`].
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

    /// Removes an erased patron from every request of theirs and revokes their links there, with the
    /// tickets these led to. Returns the number of requests that named the patron.
    ///
    /// For a host that erases a patron. Later updates may name a patron again, even this one, who
    /// then gets a new link. A call after an error continues where the last one stopped.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`](crate::Refusal::Forbidden) to the supplier's staff;
    /// [`Refusal::Unknown`](crate::Refusal::Unknown) to strangers; [`Error::Store`].
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
