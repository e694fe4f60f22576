use super::{Desk, DueReport};
use crate::change::{DeliveryKey, Lease, Settlement};
use crate::decide::{self, Availability, Context, DeliveryView, NoticeTry};
use crate::delivery::Delivery;
use crate::error::Error;
use crate::event::Actor;
use crate::link::Audience;
use crate::notice::{
    Dispatch, DispatchedFile, DispatchedProblem, Notice, NoticeFailure, NoticeKind, NoticeState,
    Recipient, masked,
};
use crate::participant::{Contact, Participant};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// How long a worker holds a notice, seconds: longer than a mail server may take to answer.
pub(super) const LEASE_SECONDS: u32 = 900;

impl Desk {
    /// Leases one notice and sees it through; answers whether there was one.
    pub(super) async fn send_next_notice(&self, report: &mut DueReport) -> Result<bool, Error> {
        let now = self.clock.now();
        let until = now.plus_seconds(i64::from(self.lease_seconds));
        let leases = self.ledger.lease(now, until, 1).await?;
        let Some(lease) = leases.first() else { return Ok(false) };
        match self.send(*lease, report).await {
            Ok(NoticeState::Sent { .. }) => report.notices_sent += 1,
            Ok(NoticeState::Waiting { .. }) => report.notices_delayed += 1,
            Ok(_) => report.notices_ended += 1,
            // The lease runs out, and another worker takes the notice up.
            Err(error) => report.errors.push(error),
        }
        Ok(true)
    }

    /// Tries to send; answers how far the notice got.
    async fn send(&self, lease: Lease, report: &mut DueReport) -> Result<NoticeState, Error> {
        let now = self.clock.now();
        let delivery = self.load(lease.handle).await?;
        let waiting = delivery
            .body
            .notice(lease.notice)
            .filter(|notice| matches!(notice.state, NoticeState::Waiting { .. }));
        let (outcome, masked_address) = match waiting {
            Some(notice) if decide::notice_still_holds(&delivery.body, notice, now) => {
                // A directory that fails is a reason to try again, for as long as a mail server is.
                self.try_to_send(&delivery, notice).await.unwrap_or_else(|error| {
                    report.errors.push(error);
                    (NoticeState::Waiting { tries: 0 }, String::new())
                })
            }
            _ => (NoticeState::Skipped { at: now }, String::new()),
        };
        let renewed = delivery.body.notice(lease.notice).map_or(0, |notice| notice.renewed);
        let tried = NoticeTry { notice: lease.notice, outcome, masked_address, renewed };
        let retry_at = self
            .decide_settling(
                lease.handle,
                &Actor::System,
                |retry_at| vec![Settlement { lease, retry_at: *retry_at }],
                |delivery, context| decide::record_notice(delivery, &tried, context),
            )
            .await?;
        Ok(match outcome {
            NoticeState::Waiting { .. } if retry_at.is_none() => {
                NoticeState::Failed { at: now, reason: NoticeFailure::TooManyTries }
            }
            outcome => outcome,
        })
    }

    async fn try_to_send(
        &self,
        delivery: &Delivery,
        notice: &Notice,
    ) -> Result<(NoticeState, String), Error> {
        let facts = &delivery.body.facts;
        let at = self.clock.now();
        let no_address = NoticeState::Failed { at, reason: NoticeFailure::NoAddress };
        let requester = self.directory.participant(&facts.requester).await?;
        let supplier = self.directory.participant(&facts.supplier).await?;
        let (Some(requester), Some(supplier)) = (requester, supplier) else {
            return Ok((no_address, String::new()));
        };
        let reader = match notice.to {
            Recipient::Partner | Recipient::Patron | Recipient::RequesterStaff => &requester,
            Recipient::SupplierStaff => &supplier,
        };
        // What staff asked for is no automatic notice.
        if !notice.asked_for && !reader.is_told(notice.kind) {
            return Ok((NoticeState::Skipped { at }, String::new()));
        }
        let Some(contact) = self.contact(delivery, notice, &requester, &supplier).await? else {
            return Ok((no_address, String::new()));
        };
        let masked_address = masked(&contact.email);
        let dispatch = self.dispatch(delivery, notice, contact, requester, supplier)?;
        let outcome = match self.notifier.notify(&dispatch).await {
            Ok(()) => NoticeState::Sent { at: self.clock.now() },
            Err(error) if error.is_transient() => NoticeState::Waiting { tries: 0 },
            Err(_) => NoticeState::Failed { at, reason: NoticeFailure::Refused },
        };
        Ok((outcome, masked_address))
    }

    async fn contact(
        &self,
        delivery: &Delivery,
        notice: &Notice,
        requester: &Participant,
        supplier: &Participant,
    ) -> Result<Option<Contact>, Error> {
        let of_library = |library: &Participant| {
            library.email.clone().map(|email| {
                Contact::new(library.name.clone(), email).with_language(library.language)
            })
        };
        Ok(match notice.to {
            Recipient::Partner | Recipient::RequesterStaff => of_library(requester),
            Recipient::Patron => self.directory.patron(&delivery.body.facts).await?,
            Recipient::SupplierStaff => of_library(supplier),
        })
    }

    /// Writes down what the message says, from the state as it is now; mints the token.
    fn dispatch(
        &self,
        delivery: &Delivery,
        notice: &Notice,
        contact: Contact,
        requester: Participant,
        supplier: Participant,
    ) -> Result<Dispatch, Error> {
        let facts = &delivery.body.facts;
        let ask = decide::asked_by(&delivery.body, notice);
        let told: Vec<_> = decide::problems_told(&delivery.body, notice).collect();
        let files = match self.view_for(delivery, notice) {
            Ok(view) => view.map(|view| files(&view, notice)).unwrap_or_default(),
            // A link that was closed since the wish was written shows no files; the notice goes all
            // the same, since the supplier can still answer.
            Err(Error::Refused(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        let link = notice.link.and_then(|no| delivery.body.link(no)).map(|link| {
            let token = self.keys().mint_link(delivery.handle, link.no, link.hard_expires_at);
            self.link_url(&token)
        });
        let to_supplier = notice.to == Recipient::SupplierStaff;
        let request_no = if to_supplier && !facts.supplier_request_id.is_empty() {
            facts.supplier_request_id.clone()
        } else {
            facts.requester_request_id.clone()
        };
        // A patron hears from their own library, a library from the other one.
        let (from, other) = match notice.to {
            Recipient::Patron | Recipient::SupplierStaff => (requester, supplier),
            Recipient::Partner | Recipient::RequesterStaff => (supplier, requester),
        };
        let note = match notice.kind {
            NoticeKind::MoreRequested => ask.map(|ask| ask.note.clone()),
            NoticeKind::ProblemAnswered => {
                told.iter().find_map(|problem| Some(problem.answer.as_ref()?.note.clone()))
            }
            _ => None,
        };
        let problem = |problem: &&Problem| DispatchedProblem {
            kind: problem.kind,
            note: problem.note.clone(),
        };
        Ok(Dispatch {
            id: format!("{}.{}", delivery.handle, notice.no),
            handle: delivery.handle,
            kind: notice.kind,
            to: notice.to,
            contact,
            from,
            other,
            title: facts.title.clone(),
            request_no,
            files,
            link,
            problems: told.iter().map(problem).collect(),
            note: note.unwrap_or_default(),
        })
    }

    /// What the reader of a notice sees, or the one whose wish it tells; `None` where it lists no
    /// files.
    fn view_for(
        &self,
        delivery: &Delivery,
        notice: &Notice,
    ) -> Result<Option<DeliveryView>, Error> {
        let policy = self.policy(&delivery.body.policy)?;
        let context = Context { now: self.clock.now(), policy, actor: &Actor::System };
        let ask = decide::asked_by(&delivery.body, notice);
        if let Some(link) = notice.link.or_else(|| ask.map(|ask| ask.link)) {
            return Ok(Some(decide::view(delivery, link, &context)?));
        }
        // Staff sign in: their files are told without a link.
        let is_of_file = matches!(
            notice.kind,
            NoticeKind::ProblemAnswered | NoticeKind::ProblemReported | NoticeKind::Replaced
        );
        let staff = Audience::RequesterStaff;
        Ok(is_of_file.then(|| decide::view_as(delivery, staff, &context)))
    }

    /// Looks up a delivery by the host's reference, whole: for hosts that show more than
    /// [`staff_view`](Self::staff_view) does.
    ///
    /// # Errors
    /// [`Error::Store`] where the ledger fails.
    pub async fn delivery(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, Error> {
        Ok(self.ledger.load(key).await?)
    }
}

fn files(view: &DeliveryView, notice: &Notice) -> Vec<DispatchedFile> {
    view.files
        .iter()
        .filter(|file| notice.attachment.is_none_or(|no| no == file.no))
        // What is over is no news to those who get a link; the supplier must know what it is about.
        .filter(|file| {
            notice.to == Recipient::SupplierStaff
                || !matches!(
                    file.availability,
                    Availability::Refused(Refusal::Expired { .. } | Refusal::Purged { .. })
                )
        })
        .map(|file| DispatchedFile {
            no: file.no,
            file_name: file.file_name.clone(),
            description: file.description.clone(),
            size: file.size,
            downloads_left: file.left,
            expires_at: file.expires_at,
            last_day: file.last_day,
        })
        .collect()
}
