use super::counters::Counters;
use super::faults::Faults;
use super::feed::Feed;
use super::list_index::{ListIndex, is_listed_alike};
use super::outbox::Outbox;
use crate::model::delivery::{Delivery, DeliveryRecord};
use crate::model::event::{Event, EventPosition, RecordedEvent};
use crate::model::ids::{CommitId, CounterKey, RequestHandle, RequestReference};
use crate::model::timestamp::Timestamp;
use crate::ports::change::{Change, CommitOutcome, DeliveryKey, DeliverySummary, Lease, ListQuery};
use crate::ports::feed::{FeedOutcome, FeedStart};
use crate::ports::ledger::Ledger;
use crate::ports::ledger_snapshot::{CounterSnapshot, DeliverySnapshot, LedgerSnapshot};
use crate::ports::{StoreError, StoreErrorKind};
use async_trait::async_trait;
use std::collections::{BTreeSet, HashMap};
use std::fmt::{self, Debug};
use std::sync::Mutex;

/// A ledger in memory, with all guarantees of [`Ledger`] except durability.
///
/// Tests can plan failures: [`fail_next`](Self::fail_next),
/// [`fail_next_commit`](Self::fail_next_commit), [`lose_next_reply`](Self::lose_next_reply). Each
/// planned failure happens once, oldest first.
#[derive(Default)]
pub struct MemoryLedger {
    state: Mutex<State>,
    faults: Faults,
}

#[derive(Default)]
struct State {
    stored: HashMap<RequestHandle, Stored>,
    by_reference: HashMap<RequestReference, RequestHandle>,
    by_due_time: BTreeSet<(Timestamp, RequestHandle)>,
    lists: ListIndex,
    feed: Feed,
    outbox: Outbox,
    counters: Counters,
    loads: u64,
    counter_reads: u64,
}

struct Stored {
    delivery: Delivery,
    /// The commits of this delivery in revision order, starting with revision 1.
    history: Vec<(CommitId, Vec<Event>)>,
}

impl MemoryLedger {
    /// Creates an empty ledger.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the next call of any method fail with an error of this kind, without effect.
    pub fn fail_next(&self, kind: StoreErrorKind) {
        self.faults.fail_next(None, kind);
    }

    /// Makes the next commit fail with an error of this kind, without effect.
    pub fn fail_next_commit(&self, kind: StoreErrorKind) {
        self.faults.fail_next(Some("commit"), kind);
    }

    /// Makes the next commit take effect and then fail with kind `Unavailable`.
    pub fn lose_next_reply(&self) {
        self.faults.lose_next_reply();
    }

    /// Returns the number of calls of [`load`](Ledger::load) and [`load_many`](Ledger::load_many)
    /// so far, for tests that bound it.
    #[must_use]
    pub fn loads(&self) -> u64 {
        super::lock(&self.state).loads
    }

    /// Returns the number of calls of [`counter`](Ledger::counter) so far, for tests that bound it.
    #[must_use]
    pub fn counter_reads(&self) -> u64 {
        super::lock(&self.state).counter_reads
    }

    /// Returns the number of notices in the outbox, including leased ones.
    #[must_use]
    pub fn outbox_len(&self) -> usize {
        super::lock(&self.state).outbox.len()
    }
}

impl Debug for MemoryLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deliveries = super::lock(&self.state).stored.len();
        f.debug_struct("MemoryLedger").field("deliveries", &deliveries).finish_non_exhaustive()
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn load(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, StoreError> {
        self.faults.before("load")?;
        let mut state = super::lock(&self.state);
        state.loads += 1;
        let handle = match key {
            DeliveryKey::Handle(handle) => Some(handle),
            DeliveryKey::Reference(reference) => state.by_reference.get(reference).copied(),
        };
        Ok(handle.and_then(|handle| state.stored.get(&handle)).map(|s| s.delivery.clone()))
    }

    async fn load_many(&self, handles: &[RequestHandle]) -> Result<Vec<Delivery>, StoreError> {
        self.faults.before("load many")?;
        let mut state = super::lock(&self.state);
        state.loads += 1;
        let found = handles.iter().filter_map(|handle| state.stored.get(handle));
        Ok(found.map(|stored| stored.delivery.clone()).collect())
    }

    async fn commit(&self, change: Change) -> Result<CommitOutcome, StoreError> {
        self.faults.before("commit")?;
        let outcome = super::lock(&self.state).commit(change)?;
        self.faults.after("commit")?;
        Ok(outcome)
    }

    async fn committed(
        &self,
        handle: RequestHandle,
        commit_id: CommitId,
    ) -> Result<Option<u64>, StoreError> {
        self.faults.before("committed")?;
        let state = super::lock(&self.state);
        let Some(stored) = state.stored.get(&handle) else { return Ok(None) };
        // Lookups usually follow their commit closely, so the search starts at the end.
        let place = stored.history.iter().rposition(|(id, _)| *id == commit_id);
        Ok(place.map(|place| place as u64 + 1))
    }

    async fn counter(&self, counter: CounterKey) -> Result<u64, StoreError> {
        self.faults.before("counter")?;
        let mut state = super::lock(&self.state);
        state.counter_reads += 1;
        Ok(state.counters.used(counter))
    }

    /// A search, or a list of waiting requests, reads every delivery of the party and status until
    /// the page is full.
    async fn list(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError> {
        self.faults.before("list")?;
        let state = super::lock(&self.state);
        let page = state
            .lists
            .behind(query)
            .filter_map(|position| state.stored.get(&position.handle))
            .filter(|stored| query.matches(&stored.delivery.record))
            .take(query.limit);
        Ok(page
            .map(|stored| DeliverySummary::of(stored.delivery.handle, &stored.delivery.record))
            .collect())
    }

    /// Also deletes the counters that have expired by `now`.
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, StoreError> {
        self.faults.before("due")?;
        let mut state = super::lock(&self.state);
        state.counters.forget_expired(now);
        let due = state.by_due_time.iter().take_while(|(at, _)| *at <= now);
        Ok(due.take(limit).map(|(_, handle)| *handle).collect())
    }

    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        self.faults.before("lease")?;
        Ok(super::lock(&self.state).outbox.lease(now, until, limit))
    }

    async fn events(
        &self,
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.faults.before("events")?;
        let state = super::lock(&self.state);
        let Some(stored) = state.stored.get(&handle) else { return Ok(Vec::new()) };
        let first = after.map_or(0, |after| after.revision.saturating_sub(1));
        let skipped = usize::try_from(first).unwrap_or(usize::MAX);
        Ok((first + 1..)
            .zip(stored.history.iter().skip(skipped))
            .flat_map(|(revision, (_, events))| {
                (0..)
                    .zip(events)
                    .map(move |(index, event)| (EventPosition { revision, index }, event))
            })
            .filter(|(position, _)| after.is_none_or(|after| *position > after))
            .take(limit)
            .map(|(position, event)| RecordedEvent { handle, position, event: event.clone() })
            .collect())
    }

    async fn events_since(
        &self,
        start: FeedStart,
        limit: usize,
    ) -> Result<FeedOutcome, StoreError> {
        self.faults.before("events since")?;
        let state = super::lock(&self.state);
        Ok(state.feed.page(start, limit, |place| {
            let stored = state.stored.get(&place.handle)?;
            let facts = &stored.delivery.record.facts;
            let commit = usize::try_from(place.position.revision.checked_sub(1)?).ok()?;
            let (_, events) = stored.history.get(commit)?;
            let event = events.get(usize::try_from(place.position.index).ok()?)?;
            Some((facts, event))
        }))
    }
}

/// Reading a page of snapshots costs as much as everything stored.
#[async_trait]
impl LedgerSnapshot for MemoryLedger {
    async fn snapshots(
        &self,
        after: Option<RequestHandle>,
        limit: usize,
    ) -> Result<Vec<DeliverySnapshot>, StoreError> {
        self.faults.before("copies")?;
        let state = super::lock(&self.state);
        let behind = |handle: &&RequestHandle| after.is_none_or(|after| **handle > after);
        let mut handles: Vec<_> = state.stored.keys().filter(behind).collect();
        handles.sort_unstable();
        let copy = |handle: &RequestHandle| {
            state.stored.get(handle).map(|stored| DeliverySnapshot {
                delivery: stored.delivery.clone(),
                history: stored.history.clone(),
                outbox: state.outbox.of(*handle),
            })
        };
        Ok(handles.into_iter().take(limit).filter_map(copy).collect())
    }

    async fn store_snapshots(&self, copies: Vec<DeliverySnapshot>) -> Result<(), StoreError> {
        self.faults.before("store snapshots")?;
        let mut state = super::lock(&self.state);
        for copy in &copies {
            let owner = state.by_reference.get(&copy.delivery.record.facts.reference);
            if owner.is_some_and(|owner| *owner != copy.delivery.handle) {
                return Err(StoreError::new(
                    StoreErrorKind::Unexpected,
                    "memory",
                    "store snapshots",
                ));
            }
        }
        state.feed.replace(&copies);
        copies.into_iter().for_each(|copy| state.store(copy));
        Ok(())
    }

    async fn counter_snapshots(
        &self,
        after: Option<CounterKey>,
        limit: usize,
    ) -> Result<Vec<CounterSnapshot>, StoreError> {
        self.faults.before("counter snapshots")?;
        Ok(super::lock(&self.state).counters.snapshots(after, limit))
    }

    async fn store_counter_snapshots(
        &self,
        copies: Vec<CounterSnapshot>,
    ) -> Result<(), StoreError> {
        self.faults.before("store counter snapshots")?;
        let mut state = super::lock(&self.state);
        copies.into_iter().for_each(|copy| state.counters.store(copy));
        Ok(())
    }

    async fn reset_feed(&self) -> Result<(), StoreError> {
        self.faults.before("reset feed")?;
        super::lock(&self.state).feed.reset();
        Ok(())
    }
}

impl State {
    /// Replaces all contents with a snapshot.
    fn store(&mut self, copy: DeliverySnapshot) {
        let DeliverySnapshot { delivery, history, outbox } = copy;
        let handle = delivery.handle;
        let before = self.stored.remove(&handle);
        self.reindex(
            handle,
            before.as_ref().map(|stored| &stored.delivery.record),
            &delivery.record,
        );
        self.outbox.forget(handle);
        outbox.into_iter().for_each(|entry| self.outbox.put(handle, entry));
        self.stored.insert(handle, Stored { delivery, history });
    }

    /// Checks everything before writing anything, so that a refused change has no effect.
    fn commit(&mut self, change: Change) -> Result<CommitOutcome, StoreError> {
        let handle = change.handle;
        let revision = self.stored.get(&handle).map(|stored| stored.delivery.revision);
        if revision != change.expected {
            return Ok(CommitOutcome::Stale);
        }
        if let Some(record) = &change.record {
            let owner = self.by_reference.get(&record.facts.reference);
            if owner.is_some_and(|owner| *owner != handle) {
                return Ok(CommitOutcome::Stale);
            }
        }
        if !change.settle.iter().all(|settlement| self.outbox.is_held(settlement.lease)) {
            return Ok(CommitOutcome::Stale);
        }
        let plan = match self.counters.plan(&change.charges) {
            Ok(plan) => plan,
            Err(full) => return Ok(full),
        };
        let stored = match (self.stored.remove(&handle), change.record, change.usage) {
            (Some(mut stored), record, usage) => {
                if let Some(record) = record {
                    self.reindex(handle, Some(&stored.delivery.record), &record);
                    stored.delivery.record = record;
                }
                stored.delivery.usage = usage.unwrap_or(stored.delivery.usage);
                stored.delivery.revision += 1;
                stored
            }
            (None, Some(record), Some(usage)) => {
                self.reindex(handle, None, &record);
                let delivery = Delivery::from_parts(handle, 1, record, usage);
                Stored { delivery, history: Vec::new() }
            }
            // A new delivery without a record or usage violates the contract.
            (None, ..) => {
                return Err(StoreError::new(StoreErrorKind::Unexpected, "memory", "commit"));
            }
        };
        let revision = stored.delivery.revision;
        self.feed.append(handle, revision, change.commit_id, change.events.len());
        self.stored.entry(handle).or_insert(stored).history.push((change.commit_id, change.events));
        plan.into_iter().for_each(|counter| self.counters.store(counter));
        change.settle.into_iter().for_each(|settlement| self.outbox.settle(settlement));
        change.outbox.into_iter().for_each(|entry| self.outbox.put(handle, entry));
        Ok(CommitOutcome::Committed { revision })
    }

    /// Updates the indexes. Most commits change only the due time.
    fn reindex(
        &mut self,
        handle: RequestHandle,
        before: Option<&DeliveryRecord>,
        record: &DeliveryRecord,
    ) {
        if let Some(due_at) = before.and_then(|before| before.due_at) {
            self.by_due_time.remove(&(due_at, handle));
        }
        self.by_due_time.extend(record.due_at.map(|due_at| (due_at, handle)));
        if !before.is_some_and(|before| is_listed_alike(before, record)) {
            if let Some(before) = before {
                self.lists.remove(handle, before);
            }
            self.lists.add(handle, record);
        }
        if before.is_none_or(|before| before.facts.reference != record.facts.reference) {
            if let Some(before) = before {
                self.by_reference.remove(&before.facts.reference);
            }
            self.by_reference.insert(record.facts.reference.clone(), handle);
        }
    }
}
