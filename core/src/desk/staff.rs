use super::{Desk, Download, IssuedLink, RequestAt};
use crate::decide::{self, Context, DeliveryView, Resend, Resent};
use crate::desk::Error;
use crate::model::email_address::is_blank;
use crate::model::event::Actor;
use crate::model::ids::{AttachmentNo, RequestHandle};
use crate::model::input::{InputFault, InputField, InvalidInput};
use crate::model::link::Audience;
use crate::model::notice::Recipient;
use crate::model::problem::ProblemKind;

impl Desk {
    /// Reports a problem with an attachment to the supplier, with a note of at most 1,000 bytes.
    ///
    /// # Errors
    /// The refusals of [`decide::report_problem`]; [`Error::Store`].
    pub async fn report_problem(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        attachment: AttachmentNo,
        kind: ProblemKind,
        note: &str,
    ) -> Result<(), Error> {
        self.decide(request, actor, |delivery, context| {
            decide::report_problem(delivery, attachment, kind, note, context)
        })
        .await
    }

    /// Answers the open problems of an attachment, with a note of 1 to 1,000 bytes, without replacing
    /// or removing the attachment.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if the note is blank; the refusals of [`decide::answer_problem`];
    /// [`Error::Store`].
    pub async fn answer_problem(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        attachment: AttachmentNo,
        note: &str,
    ) -> Result<(), Error> {
        // The borrowing library is emailed the answer, which must not be empty.
        if is_blank(note) {
            return Err(InvalidInput::new(InputField::NOTE, InputFault::EMPTY).into());
        }
        self.decide(request, actor, |delivery, context| {
            decide::answer_problem(delivery, attachment, note, context)
        })
        .await
    }

    /// Emails the patron or the partner their link, for the first time or again, even if the
    /// library has turned that notice off.
    ///
    /// # Errors
    /// The refusals of [`decide::resend`]; [`Error::Store`].
    pub async fn resend(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        to: Recipient,
    ) -> Result<Resent, Error> {
        let request = request.into();
        let delivery = self.load(request.handle).await?;
        let requester = self.requester_of(&delivery).await?;
        let has_partner = requester.is_partner();
        let has_address = match to {
            Recipient::Patron => {
                let contact = self.directory.patron(&delivery.record.facts).await?;
                contact.is_some_and(|contact| !contact.emails.is_empty())
            }
            _ => !requester.emails.is_empty(),
        };
        let command = Resend::new(to).with_partner(has_partner).with_address(has_address);
        self.decide_loaded(request, delivery, actor, |delivery, context| {
            decide::resend(delivery, &command, context)
        })
        .await
    }

    /// Returns a request as shown to the requester's staff: the files that they may claim, as on a
    /// link's page; nothing is counted.
    ///
    /// # Errors
    /// The refusals of [`decide::requester_view`]; [`Error::Store`].
    pub async fn open_as_requester(
        &self,
        handle: RequestHandle,
        actor: &Actor,
    ) -> Result<DeliveryView, Error> {
        let delivery = self.load_for_page(handle).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let context = Context::new(self.clock.now(), policy, actor);
        Ok(decide::requester_view(&delivery, &context)?)
    }

    /// Returns the link of the patron or the partner that [`issue_link`](Self::issue_link) would
    /// return, if it is already issued; issues none.
    ///
    /// # Errors
    /// The refusals of [`decide::handed_out_link`]; [`Error::Store`].
    pub async fn issued_link(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        audience: Audience,
    ) -> Result<Option<IssuedLink>, Error> {
        let delivery = self.load(handle).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let context = Context::new(self.clock.now(), policy, actor);
        let link = decide::handed_out_link(&delivery, audience, &context)?;
        Ok(link.map(|link| self.issued(handle, link)))
    }

    /// Opens an attachment for a staff member who previews its pages.
    ///
    /// The caller must render the pages and return only images: the file itself is only for people
    /// who claim it.
    ///
    /// # Errors
    /// The refusals of [`decide::preview`]; [`Refusal::OverQuota`](crate::Refusal::OverQuota)
    /// beyond the profile's previews per day; [`Error::Store`].
    pub async fn open_preview(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        attachment: AttachmentNo,
    ) -> Result<Download, Error> {
        let version = self
            .decide(handle, actor, |delivery, context| {
                decide::preview(delivery, attachment, context)
            })
            .await?;
        Ok(Download::of(handle, attachment, &version))
    }
}
