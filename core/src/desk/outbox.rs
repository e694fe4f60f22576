use super::due_failure::{DueFailure, DueWork};
use super::{Desk, DueReport};
use crate::decide::{self, Availability, Context, DeliveryView, NoticeTry};
use crate::desk::Error;
use crate::model::delivery::Delivery;
use crate::model::email_address::EmailAddress;
use crate::model::event::Actor;
use crate::model::ids::{RequestHandle, RequestReference};
use crate::model::link::Audience;
use crate::model::notice::{
    Notice, NoticeCopy, NoticeFailure, NoticeFile, NoticeKind, NoticeNo, NoticeProblem,
    NoticeState, OutgoingNotice, Recipient,
};
use crate::model::participant::{Contact, Participant};
use crate::model::problem::DocumentProblem;
use crate::model::refusal::Refusal;
use crate::ports::NotifyError;
use crate::ports::change::{DeliveryKey, Lease, Settlement};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use std::collections::{HashSet, VecDeque};

/// How long a worker holds a notice, seconds: longer than a mail server may take to answer.
pub(super) const LEASE_SECONDS: u32 = 900;
/// Notices that one call sends at once, unless the host sets another number.
pub(super) const CONCURRENT_NOTICES: usize = 8;

/// How far a leased notice got, and what failed on the way.
struct SentNotice {
    lease: Lease,
    /// The host's reference, once the request was read.
    reference: Option<RequestReference>,
    state: Result<NoticeState, Error>,
    failures: Failures,
}

/// What failed while a notice was sent.
#[derive(Default)]
struct Failures {
    /// On our side.
    ours: Option<Error>,
    /// On the notifier's, one for each address.
    notifier: Vec<NotifyError>,
}

impl DueReport {
    fn add(&mut self, sent: SentNotice) {
        let SentNotice { lease, reference, state, failures } = sent;
        let failure = |error| {
            let (handle, work) = (lease.handle, DueWork::Notice(lease.notice));
            DueFailure { handle, reference: reference.clone(), work, error }
        };
        self.errors.extend(failures.ours.map(failure));
        self.notice_failures.extend(failures.notifier.into_iter().map(Error::from).map(failure));
        match state {
            Ok(NoticeState::Sent { .. }) => self.notices_sent += 1,
            Ok(NoticeState::Waiting { .. }) => self.notices_delayed += 1,
            Ok(_) => self.notices_ended += 1,
            // The lease runs out, and another worker takes the notice up.
            Err(error) => self.errors.push(failure(error)),
        }
    }
}

impl Desk {
    /// Leases and sends at most `most` notices. Sends overlap, so that a mail server that is slow
    /// with one does not delay the others; those of one request keep their order.
    pub(super) async fn send_notices(
        &self,
        most: usize,
        report: &mut DueReport,
    ) -> Result<(), Error> {
        let mut under_way = FuturesUnordered::new();
        let mut behind: VecDeque<Lease> = VecDeque::new();
        let mut busy: HashSet<RequestHandle> = HashSet::new();
        let (mut begun, mut outcome) = (0, Ok(()));
        let mut may_lease = true;
        loop {
            while under_way.len() < self.concurrent_notices {
                let next = behind.iter().position(|lease| !busy.contains(&lease.handle));
                let lease = if let Some(place) = next {
                    behind.remove(place)
                } else if may_lease && begun < most && behind.len() < self.concurrent_notices {
                    let leased = self.lease_notice().await.unwrap_or_else(|error| {
                        outcome = Err(error);
                        None
                    });
                    may_lease = leased.is_some();
                    begun += usize::from(may_lease);
                    leased
                } else {
                    None
                };
                let Some(lease) = lease else { break };
                if busy.insert(lease.handle) {
                    under_way.push(async move { (lease.handle, self.send(lease).await) });
                } else {
                    behind.push_back(lease);
                }
            }
            let Some((handle, sent)) = under_way.next().await else { return outcome };
            busy.remove(&handle);
            // There may be a new notice meanwhile.
            may_lease = outcome.is_ok();
            report.add(sent);
        }
    }

    async fn lease_notice(&self) -> Result<Option<Lease>, Error> {
        let now = self.clock.now();
        let until = now.plus_seconds(i64::from(self.lease_seconds));
        Ok(self.ledger.lease(now, until, 1).await?.pop())
    }

    /// Tries to send.
    async fn send(&self, lease: Lease) -> SentNotice {
        let (mut reference, mut failures) = (None, Failures::default());
        let state = self.try_lease(lease, &mut reference, &mut failures).await;
        SentNotice { lease, reference, state, failures }
    }

    /// Tries to send; answers how far the notice got.
    async fn try_lease(
        &self,
        lease: Lease,
        reference: &mut Option<RequestReference>,
        failures: &mut Failures,
    ) -> Result<NoticeState, Error> {
        let now = self.clock.now();
        let delivery = self.load(lease.handle).await?;
        *reference = Some(delivery.record.facts.reference.clone());
        let waiting = delivery
            .record
            .notice(lease.notice)
            .filter(|notice| matches!(notice.state, NoticeState::Waiting { .. }));
        let tried = match waiting {
            Some(notice) if decide::notice_still_holds(&delivery.record, notice, now) => {
                // A directory that fails is a reason to try again, for as long as a mail server is.
                let refused = &mut failures.notifier;
                self.try_to_send(&delivery, notice, refused).await.unwrap_or_else(|error| {
                    failures.ours = Some(error);
                    ended(lease.notice, NoticeState::Waiting { tries: 0 })
                })
            }
            _ => ended(lease.notice, NoticeState::Skipped { at: now }),
        };
        let renewed = delivery.record.notice(lease.notice).map_or(0, |notice| notice.renewed);
        let tried = NoticeTry { renewed, ..tried };
        let outcome = tried.outcome;
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
        refused: &mut Vec<NotifyError>,
    ) -> Result<NoticeTry, Error> {
        let facts = &delivery.record.facts;
        let at = self.clock.now();
        let failed = |reason| Ok(ended(notice.no, NoticeState::Failed { at, reason }));
        let requester = self.directory.participant(&facts.requester).await?;
        let supplier = self.directory.participant(&facts.supplier).await?;
        let (Some(requester), Some(supplier)) = (requester, supplier) else {
            return failed(NoticeFailure::NoAddress);
        };
        let reader = match notice.to {
            Recipient::Partner | Recipient::Patron | Recipient::RequesterStaff => &requester,
            Recipient::SupplierStaff => &supplier,
        };
        // What staff asked for is no automatic notice.
        if !notice.asked_for && !reader.is_told(notice.kind) {
            return Ok(ended(notice.no, NoticeState::Skipped { at }));
        }
        let Some(contact) = self.contact(delivery, notice, &requester, &supplier).await? else {
            return failed(NoticeFailure::NoAddress);
        };
        let Some(address) = contact.emails.first().cloned() else {
            let is_known = !contact.emails.unusable().is_empty();
            let none = NoticeFailure::NoAddress;
            return failed(if is_known { NoticeFailure::InvalidAddress } else { none });
        };
        let (emails, masked_address) = (contact.emails.clone(), contact.emails.masked());
        let dispatch = self.dispatch(delivery, notice, address, contact, requester, supplier)?;
        if emails.len() == 1 && notice.copies.is_empty() {
            let (outcome, error) = self.hand_over(&dispatch).await;
            refused.extend(error);
            return Ok(NoticeTry { masked_address, ..ended(notice.no, outcome) });
        }
        let copies = emails.iter().map(|address| self.copy(notice, &dispatch, address));
        let (copies, errors): (Vec<_>, Vec<_>) = join_all(copies).await.into_iter().unzip();
        refused.extend(errors.into_iter().flatten());
        let states = || copies.iter().map(|copy| copy.state);
        let is = |wanted: fn(&NoticeState) -> bool| states().find(wanted);
        // A refusal at one address does not affect the others.
        let outcome = is(|state| matches!(state, NoticeState::Waiting { .. }))
            .or_else(|| is(|state| matches!(state, NoticeState::Sent { .. })))
            .or_else(|| states().next())
            .unwrap_or(NoticeState::Waiting { tries: 0 });
        Ok(NoticeTry { masked_address, copies, ..ended(notice.no, outcome) })
    }

    /// Sends the copy for one of several addresses, unless an earlier try settled it.
    async fn copy(
        &self,
        notice: &Notice,
        dispatch: &OutgoingNotice,
        address: &EmailAddress,
    ) -> (NoticeCopy, Option<NotifyError>) {
        let hash = self.keys().idempotency(&[
            b"notice",
            dispatch.id.as_bytes(),
            address.as_str().to_lowercase().as_bytes(),
        ]);
        let before = notice.copies.iter().find(|copy| copy.address == hash);
        if let Some(settled) = before
            && !matches!(settled.state, NoticeState::Waiting { .. })
        {
            return (settled.clone(), None);
        }
        let dispatch = OutgoingNotice {
            id: format!("{}.{}", dispatch.id, &hash.to_string()[..8]),
            address: address.clone(),
            ..dispatch.clone()
        };
        let (state, error) = self.hand_over(&dispatch).await;
        (NoticeCopy { address: hash, masked_address: address.masked(), state }, error)
    }

    /// Hands a notice to the notifier; answers how far it got, and what the notifier said against it.
    async fn hand_over(&self, dispatch: &OutgoingNotice) -> (NoticeState, Option<NotifyError>) {
        let Err(error) = self.notifier.notify(dispatch).await else {
            return (NoticeState::Sent { at: self.clock.now() }, None);
        };
        let state = if error.is_transient() {
            NoticeState::Waiting { tries: 0 }
        } else {
            NoticeState::Failed { at: self.clock.now(), reason: error.reason() }
        };
        (state, Some(error))
    }

    async fn contact(
        &self,
        delivery: &Delivery,
        notice: &Notice,
        requester: &Participant,
        supplier: &Participant,
    ) -> Result<Option<Contact>, Error> {
        let of_library = |library: &Participant| {
            let emails = library.emails.clone();
            Contact::new(library.name.clone(), emails).with_language(library.language)
        };
        Ok(match notice.to {
            Recipient::Partner | Recipient::RequesterStaff => Some(of_library(requester)),
            Recipient::Patron => self.directory.patron(&delivery.record.facts).await?,
            Recipient::SupplierStaff => Some(of_library(supplier)),
        })
    }

    /// Writes down what the message says, from the state as it is now; mints the token.
    fn dispatch(
        &self,
        delivery: &Delivery,
        notice: &Notice,
        address: EmailAddress,
        contact: Contact,
        requester: Participant,
        supplier: Participant,
    ) -> Result<OutgoingNotice, Error> {
        let facts = &delivery.record.facts;
        let ask = decide::asked_by(&delivery.record, notice);
        let told: Vec<_> = decide::problems_told(&delivery.record, notice).collect();
        let files = match self.view_for(delivery, notice) {
            Ok(view) => view.map(|view| files(&view, notice)).unwrap_or_default(),
            // A link that was closed since the wish was written shows no files; the notice goes all
            // the same, since the supplier can still answer.
            Err(Error::Refused(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        let link = notice.link.and_then(|no| delivery.record.link(no)).map(|link| {
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
        let problem = |problem: &&DocumentProblem| NoticeProblem {
            kind: problem.kind,
            note: problem.note.clone(),
        };
        Ok(OutgoingNotice {
            id: format!("{}.{}", delivery.handle, notice.no),
            handle: delivery.handle,
            kind: notice.kind,
            to: notice.to,
            address,
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
        let policy = self.policy(&delivery.record.policy)?;
        let context = Context { now: self.clock.now(), policy, actor: &Actor::System };
        let ask = decide::asked_by(&delivery.record, notice);
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

/// A try that ended without an address, or at a single one.
const fn ended(notice: NoticeNo, outcome: NoticeState) -> NoticeTry {
    NoticeTry { notice, outcome, masked_address: String::new(), renewed: 0, copies: Vec::new() }
}

fn files(view: &DeliveryView, notice: &Notice) -> Vec<NoticeFile> {
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
        .map(|file| NoticeFile {
            no: file.no,
            file_name: file.file_name.clone(),
            description: file.description.clone(),
            size: file.size,
            downloads_left: file.left,
            expires_at: file.expires_at,
            last_day: file.last_day,
            corrects_wrong_document: notice.recalled,
        })
        .collect()
}
