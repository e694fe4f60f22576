use super::{Desk, Opened};
use crate::decide::{self, TellAgain, ToldAgain};
use crate::error::Error;
use crate::event::Actor;
use crate::ids::{AttachmentNo, RequestHandle};
use crate::notice::Recipient;
use crate::participant::Channel;
use crate::problem::ProblemKind;

impl Desk {
    /// Reports to the supplier that something is wrong with an attachment, with a note of at most
    /// 1,000 bytes.
    ///
    /// # Errors
    /// The refusals of [`decide::report_problem`]; [`Error::Store`].
    pub async fn report_problem(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        attachment: AttachmentNo,
        kind: ProblemKind,
        note: &str,
    ) -> Result<(), Error> {
        self.decide(handle, actor, |delivery, context| {
            decide::report_problem(delivery, attachment, kind, note, context)
        })
        .await
    }

    /// Answers the problems that wait with an attachment, with a note of at most 1,000 bytes, where
    /// it is neither replaced nor removed.
    ///
    /// # Errors
    /// The refusals of [`decide::answer_problem`]; [`Error::Store`].
    pub async fn answer_problem(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        attachment: AttachmentNo,
        note: &str,
    ) -> Result<(), Error> {
        self.decide(handle, actor, |delivery, context| {
            decide::answer_problem(delivery, attachment, note, context)
        })
        .await
    }

    /// Sends the patron or the partner their link by mail, for the first time or once more, also
    /// where that library has silenced the notice.
    ///
    /// # Errors
    /// The refusals of [`decide::tell_again`]; [`Error::Store`].
    pub async fn tell_again(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        to: Recipient,
    ) -> Result<ToldAgain, Error> {
        let has_partner = self.requester_of(handle).await?.channel == Channel::Email;
        let command = TellAgain { to, has_partner };
        self.decide(handle, actor, |delivery, context| {
            decide::tell_again(delivery, &command, context)
        })
        .await
    }

    /// Opens an attachment for a member of staff who looks at its pages.
    ///
    /// The caller draws them, and gives images alone: the file itself is only for whoever claims it.
    ///
    /// # Errors
    /// The refusals of [`decide::preview`]; [`Refusal::OverQuota`](crate::Refusal::OverQuota) where
    /// they looked at many today; [`Error::Store`].
    pub async fn open_preview(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        attachment: AttachmentNo,
    ) -> Result<Opened, Error> {
        let version = self
            .decide(handle, actor, |delivery, context| {
                decide::preview(delivery, attachment, context)
            })
            .await?;
        Ok(Opened::of(handle, attachment, &version))
    }
}
