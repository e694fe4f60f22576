use super::due_failure::{DueFailure, DueWork};
use super::{Desk, DueReport};
use crate::decide::{self, Context, Libraries, NoticeTry, RecordedTry};
use crate::desk::Error;
use crate::model::delivery::Delivery;
use crate::model::email_address::EmailAddress;
use crate::model::event::Actor;
use crate::model::ids::{RequestHandle, RequestReference};
use crate::model::notice::{Notice, NoticeCopy, NoticeFailure, NoticeState, Recipient};
use crate::model::outgoing_notice::OutgoingNotice;
use crate::model::participant::Contact;
use crate::ports::NotifyError;
use crate::ports::change::{DeliveryKey, Lease, Settlement};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use std::collections::{HashSet, VecDeque};

/// The result of sending a leased notice.
struct SentNotice {
    lease: Lease,
    /// The host's reference, after the request was read.
    reference: Option<RequestReference>,
    state: Result<NoticeState, Error>,
    failures: Failures,
}

/// The failures while a notice was sent.
#[derive(Default)]
struct Failures {
    /// The failure on our side.
    ours: Option<Error>,
    /// The failures of the notifier, one for each address.
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
            // The lease expires, and another worker then takes over the notice.
            Err(error) => self.errors.push(failure(error)),
        }
    }
}

impl Desk {
    /// Leases and sends at most `most` notices. Notices are sent concurrently, so that a slow mail
    /// server does not delay the others; the notices of one request keep their order.
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
            // A new notice may have been added in the meantime.
            may_lease = outcome.is_ok();
            report.add(sent);
        }
    }

    async fn lease_notice(&self) -> Result<Option<Lease>, Error> {
        let now = self.clock.now();
        let until = now.plus_seconds(i64::from(self.lease_seconds));
        Ok(self.ledger.lease(now, until, 1).await?.pop())
    }

    /// Sends a leased notice; collects the state and the failures.
    async fn send(&self, lease: Lease) -> SentNotice {
        let (mut reference, mut failures) = (None, Failures::default());
        let state = self.try_lease(lease, &mut reference, &mut failures).await;
        SentNotice { lease, reference, state, failures }
    }

    /// Sends a leased notice and records the outcome; returns the state of the notice.
    async fn try_lease(
        &self,
        lease: Lease,
        reference: &mut Option<RequestReference>,
        failures: &mut Failures,
    ) -> Result<NoticeState, Error> {
        let now = self.clock.now();
        let delivery = self.load(lease.handle).await?;
        *reference = Some(delivery.record.facts.reference.clone());
        let tried = match decide::notice_to_send(&delivery.record, lease.notice, now) {
            Some(notice) => {
                // If the directory fails, the notice is retried, as often as if a mail server
                // fails.
                let refused = &mut failures.notifier;
                self.try_to_send(&delivery, notice, refused).await.unwrap_or_else(|error| {
                    failures.ours = Some(error);
                    NoticeTry::new(lease.notice, NoticeState::Waiting { tries: 0 })
                })
            }
            None => NoticeTry::new(lease.notice, NoticeState::Skipped { at: now }),
        };
        let renewed = delivery.record.notice(lease.notice).map_or(0, |notice| notice.renewed);
        let tried = tried.with_renewed(renewed);
        let recorded = self
            .decide_settling(
                lease.handle,
                &Actor::System,
                |recorded: &RecordedTry| vec![Settlement { lease, retry_at: recorded.retry_at }],
                |delivery, context| decide::record_notice(delivery, &tried, context),
            )
            .await?;
        Ok(recorded.state)
    }

    async fn try_to_send(
        &self,
        delivery: &Delivery,
        notice: &Notice,
        refused: &mut Vec<NotifyError>,
    ) -> Result<NoticeTry, Error> {
        let facts = &delivery.record.facts;
        let at = self.clock.now();
        let failed = |reason| Ok(NoticeTry::new(notice.no, NoticeState::Failed { at, reason }));
        let requester = self.directory.participant(&facts.requester).await?;
        let supplier = self.directory.participant(&facts.supplier).await?;
        let (Some(requester), Some(supplier)) = (requester, supplier) else {
            return failed(NoticeFailure::NoAddress);
        };
        let libraries = Libraries::new(requester, supplier);
        if !libraries.should_notify(notice) {
            return Ok(NoticeTry::new(notice.no, NoticeState::Skipped { at }));
        }
        let Some(contact) = self.contact(delivery, notice, &libraries).await? else {
            return failed(NoticeFailure::NoAddress);
        };
        let address = match decide::first_address(&contact) {
            Ok(address) => address.clone(),
            Err(reason) => return failed(reason),
        };
        let (emails, masked_address) = (contact.emails.clone(), contact.emails.mask());
        let link = notice.link.and_then(|no| delivery.record.link(no));
        let url = link.map(|link| self.issued(delivery.handle, link).url);
        let policy = self.policy(&delivery.record.policy)?;
        let context = Context::new(at, policy, &Actor::System);
        let to = (contact, address);
        let dispatch = decide::outgoing_notice(delivery, notice, libraries, to, url, &context);
        if emails.len() == 1 && notice.copies.is_empty() {
            let (outcome, error) = self.hand_over(&dispatch).await;
            refused.extend(error);
            return Ok(NoticeTry::new(notice.no, outcome).with_masked_address(masked_address));
        }
        let copies = emails.iter().map(|address| self.copy(notice, &dispatch, address));
        let (copies, errors): (Vec<_>, Vec<_>) = join_all(copies).await.into_iter().unzip();
        refused.extend(errors.into_iter().flatten());
        let outcome = decide::state_of_copies(&copies);
        Ok(NoticeTry::new(notice.no, outcome)
            .with_masked_address(masked_address)
            .with_copies(copies))
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
        (NoticeCopy { address: hash, masked_address: address.mask(), state }, error)
    }

    /// Passes a notice to the notifier; returns its state, and the error if the notifier did not
    /// accept it.
    async fn hand_over(&self, dispatch: &OutgoingNotice) -> (NoticeState, Option<NotifyError>) {
        let refused = self.notifier.notify(dispatch).await.err();
        (decide::state_after(refused.as_ref(), self.clock.now()), refused)
    }

    async fn contact(
        &self,
        delivery: &Delivery,
        notice: &Notice,
        libraries: &Libraries,
    ) -> Result<Option<Contact>, Error> {
        Ok(match notice.to {
            Recipient::Patron => self.directory.patron(&delivery.record.facts).await?,
            _ => Some(Contact::of_library(libraries.reader(notice))),
        })
    }

    /// Looks up a whole delivery by its key, for hosts that show more than
    /// [`staff_view`](Self::staff_view) does.
    ///
    /// # Errors
    /// [`Error::Store`] if the ledger fails.
    pub async fn delivery(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, Error> {
        Ok(self.ledger.load(key).await?)
    }
}
