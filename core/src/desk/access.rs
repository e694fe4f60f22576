use super::Desk;
use crate::decide::{self, Context};
use crate::desk::Error;
use crate::model::delivery::Delivery;
use crate::model::event::Actor;
use crate::model::ids::RequestHandle;
use crate::model::refusal::Refusal;

/// Checks for hosts that accept large or untrusted bodies, to be called before any of the body is
/// read.
impl Desk {
    /// Checks that the request exists and that the actor may see it. Nothing is recorded.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] if there is no such request, and for [strangers](decide);
    /// [`InvalidInput`](crate::InvalidInput) if the profile of the request is missing;
    /// [`Error::Store`].
    pub async fn check_access(&self, handle: RequestHandle, actor: &Actor) -> Result<(), Error> {
        self.check(handle, actor, decide::may_see).await
    }

    /// Checks that the request exists and that the actor may upload to it. Nothing is recorded.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] if there is no such request; the refusals of [`decide::may_upload`];
    /// [`InvalidInput`](crate::InvalidInput) if the profile of the request is missing;
    /// [`Error::Store`].
    pub async fn check_upload(&self, handle: RequestHandle, actor: &Actor) -> Result<(), Error> {
        self.check(handle, actor, decide::may_upload).await
    }

    async fn check(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        rule: fn(&Delivery, &Context<'_>) -> Result<(), Refusal>,
    ) -> Result<(), Error> {
        let delivery = self.load(handle).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let context = Context::new(self.clock.now(), policy, actor);
        Ok(rule(&delivery, &context)?)
    }
}
