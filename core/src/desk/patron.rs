use super::Desk;
use crate::decide::{self, Context, PatronView};
use crate::error::Error;
use crate::event::Actor;
use crate::ids::{AgencyId, PatronId, RequestHandle};

impl Desk {
    /// Shows a request to its patron, whom the caller has proven by a sign-in of its own.
    ///
    /// The link page itself is theirs by [`issue_link`](Self::issue_link), for
    /// [`Audience::Patron`](crate::Audience::Patron), in the name of [`Actor::System`].
    ///
    /// # Errors
    /// [`Refusal::Unknown`](crate::Refusal::Unknown) where there is none, and to anybody else;
    /// [`Error::Store`].
    pub async fn patron_view(
        &self,
        handle: RequestHandle,
        agency: &AgencyId,
        patron: &PatronId,
    ) -> Result<PatronView, Error> {
        let delivery = self.load(handle).await?;
        let policy = self.policy(&delivery.body.policy)?;
        let context = Context { now: self.clock.now(), policy, actor: &Actor::System };
        Ok(decide::patron_view(&delivery, (agency, patron), &context)?)
    }
}
