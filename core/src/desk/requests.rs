use super::{Desk, RequestAt};
use crate::decide::{self, Context, RequestUpdate, StaffView, SyncOutcome};
use crate::desk::Error;
use crate::model::delivery::{Delivery, DeliveryRecord, Status};
use crate::model::event::{Actor, EventPosition, RecordedEvent};
use crate::model::facts::Facts;
use crate::model::ids::{AgencyId, RequestHandle, RequestReference};
use crate::model::input::{InputFault, InputField, InvalidInput};
use crate::model::notice::NoticeKind;
use crate::model::participant::Participant;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;
use crate::ports::change::{DeliveryKey, DeliverySummary, ListQuery};

/// The maximum number of tries to find a free handle; collisions of 64 random bits are very rare.
const MAX_HANDLES: u32 = 4;

/// The maximum number of requests or events read at once.
pub(super) const MAX_PAGE: usize = 1_000;

/// The result of a host's update of a request.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Synced {
    /// The handle of the request.
    pub handle: RequestHandle,
    /// The outcome of the update.
    pub outcome: SyncOutcome,
    /// The request's status now.
    pub status: Status,
}

impl Desk {
    /// Applies the host's update of a request; returns the handle of the delivery and the outcome
    /// of the update.
    ///
    /// The first update of a request creates its delivery; later updates change it. An update that
    /// is older than the stored one, or that repeats it, changes nothing. The policy profile and
    /// the time zone are those of the requester in the directory.
    ///
    /// The status only moves forward. An unfilled request is reopened by [`Status::Pending`]; every
    /// other request that is over needs a new reference.
    ///
    /// `as_of` is when the host changed the request; updates with an older date are ignored. The
    /// dates must therefore come from a single clock, in seconds, and may be at most 5 minutes
    /// ahead of this desk's clock. `None` means now: such an update is applied even if the last one
    /// was dated ahead.
    ///
    /// # Errors
    /// [`InvalidInput`] if a library is not in the directory, or if a text is empty or too long;
    /// [`Refusal::InFuture`] if `as_of` is too far ahead; [`Refusal::WrongStatus`] if the supplier
    /// changes after Shipped, or if the requester changes; [`Error::Store`].
    pub async fn sync(
        &self,
        facts: Facts,
        status: Status,
        as_of: impl Into<Option<Timestamp>>,
    ) -> Result<Synced, Error> {
        facts.check()?;
        let requester = self.participant(&facts.requester, InputField::REQUESTER).await?;
        self.participant(&facts.supplier, InputField::SUPPLIER).await?;
        self.policy(&requester.policy)?;
        let news = RequestUpdate::new(facts, status, as_of.into(), requester);
        let of = |record: Option<&DeliveryRecord>, known: Status| {
            record.map_or(known, |record| record.status)
        };
        for _ in 0..MAX_HANDLES {
            let stored = self.ledger.load(DeliveryKey::Reference(&news.facts.reference)).await?;
            let (handle, (outcome, status)) = match stored.map(Box::new) {
                Some(delivery) => {
                    let handle = delivery.handle;
                    let decided =
                        self.decide_loaded(handle, delivery, &Actor::Host, |delivery, context| {
                            let decision = decide::sync(Some(delivery), &news, context)?;
                            let status = of(decision.record.as_ref(), delivery.record.status);
                            Ok(decision.map(|outcome| (outcome, status)))
                        });
                    (handle, decided.await?)
                }
                None => {
                    let policy = self.policy(&news.policy)?;
                    let context = Context::new(self.clock.now(), policy, &Actor::Host);
                    let decision = decide::sync(None, &news, &context)?;
                    let status = of(decision.record.as_ref(), status);
                    let decision = decision.map(|outcome| (outcome, status));
                    let handle = RequestHandle::from_bytes(self.random()?);
                    let made = self.commit(handle, None, decision, Vec::new()).await?;
                    // Otherwise, another call created the delivery first, or the handle is taken.
                    let Some(made) = made else { continue };
                    (handle, made)
                }
            };
            return Ok(Synced { handle, outcome, status });
        }
        Err(Refusal::Busy.into())
    }

    /// Returns the handle of the request with this reference of the host; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::Store`] if the ledger fails.
    pub async fn find(&self, reference: &RequestReference) -> Result<Option<RequestHandle>, Error> {
        let delivery = self.ledger.load(DeliveryKey::Reference(reference)).await?;
        Ok(delivery.map(|delivery| delivery.handle))
    }

    /// Returns a request as shown to the host or to the staff of one of its two libraries.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] if there is no such request, and for [strangers](decide);
    /// [`Error::Store`].
    pub async fn staff_view(
        &self,
        handle: RequestHandle,
        actor: &Actor,
    ) -> Result<StaffView, Error> {
        let delivery = self.load(handle).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let context = Context::new(self.clock.now(), policy, actor);
        Ok(decide::staff_view(&delivery, &context)?)
    }

    /// Lists requests, newest first, at most 1,000 at once. The caller must check that the user may
    /// see the requests of `query.party`. Before Shipped, a requester and its patron do not see the
    /// number of attachments.
    ///
    /// # Example
    /// ```
    /// # use desktop_delivery::{AgencyId, Desk, Error};
    /// # use desktop_delivery::ledger::{DeliverySummary, ListPosition, ListQuery, Party, Search};
    /// async fn found(
    ///     desk: &Desk,
    ///     lender: AgencyId,
    ///     typed: &str,
    ///     after: Option<ListPosition>,
    /// ) -> Result<(Vec<DeliverySummary>, Option<ListPosition>), Error> {
    ///     let all = ListQuery::of(Party::Supplier(lender), 50);
    ///     let page = desk.list(&all.with_search(Search::of(typed)).with_after(after)).await?;
    ///     let next = page.last().filter(|_| page.len() == 50).map(|last| last.position);
    ///     Ok((page, next))
    /// }
    /// ```
    ///
    /// # Errors
    /// [`Error::Store`] if the ledger fails.
    pub async fn list(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, Error> {
        let limit = query.limit.min(MAX_PAGE);
        let listed = self.ledger.list(&query.clone().with_limit(limit)).await?;
        Ok(listed.into_iter().map(|summary| decide::list_view(summary, &query.party)).collect())
    }

    /// Returns the history of a request after the position `after`, oldest event first, as
    /// [`decide::event_view`] shows it: at most `limit` events, and at most 1,000.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] if there is no such request, and for [strangers](decide);
    /// [`Error::Store`].
    pub async fn events(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        after: Option<EventPosition>,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, Error> {
        let delivery = self.load(handle).await?;
        let policy = self.policy(&delivery.record.policy)?;
        let context = Context::new(self.clock.now(), policy, actor);
        decide::may_see(&delivery, &context)?;
        let (mut after, mut events, limit) = (after, Vec::new(), limit.min(MAX_PAGE));
        while events.len() < limit {
            // Whole pages, because most of what is read may be hidden from this actor.
            let page = self.ledger.events(handle, after, MAX_PAGE).await?;
            after = page.last().map(|last| last.position);
            let is_last = page.len() < MAX_PAGE;
            events.extend(page.into_iter().filter_map(|recorded| {
                let event = decide::event_view(&delivery, recorded.event, &context)?;
                Some(RecordedEvent { event, ..recorded })
            }));
            if is_last {
                break;
            }
        }
        events.truncate(limit);
        Ok(events)
    }

    /// Marks a request as received by the requester; notifies its patron if that library has turned
    /// this notice on.
    ///
    /// # Errors
    /// The refusals of [`decide::receive`]; [`Error::Store`].
    pub async fn receive(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
    ) -> Result<(), Error> {
        let request = request.into();
        let delivery = self.load(request.handle).await?;
        let notify_patron =
            self.requester_of(&delivery).await?.is_notified_of(NoticeKind::Received);
        self.decide_loaded(request, delivery, actor, |delivery, context| {
            decide::receive(delivery, notify_patron, context)
        })
        .await
    }

    /// Requests cancellation from the supplier.
    ///
    /// # Errors
    /// The refusals of [`decide::request_cancel`]; [`Error::Store`].
    pub async fn request_cancel(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
    ) -> Result<(), Error> {
        self.decide(request, actor, decide::request_cancel).await
    }

    pub(super) async fn requester_of(&self, delivery: &Delivery) -> Result<Participant, Error> {
        self.participant(&delivery.record.facts.requester, InputField::REQUESTER).await
    }

    pub(super) async fn participant(
        &self,
        id: &AgencyId,
        role: InputField,
    ) -> Result<Participant, Error> {
        let found = self.directory.participant(id).await?;
        Ok(found.ok_or(InvalidInput::new(role, InputFault::UNKNOWN_PARTICIPANT))?)
    }
}
