use async_trait::async_trait;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::events::{EventPosition, FeedPosition, FeedStart, RecordedEvent};
use desktop_delivery::ids::{CommitId, CounterKey};
use desktop_delivery::ledger::{
    Change, CommitOutcome, CounterSnapshot, DeliveryKey, DeliverySnapshot, DeliverySummary,
    FeedOutcome, Lease, LedgerSnapshot, ListQuery,
};
use desktop_delivery::memory::MemoryLedger;
use desktop_delivery::{Ledger, RequestHandle, StoreError, Timestamp};
use desktop_delivery_conformance::{Fixture, Suite};
use futures_executor::block_on;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    AddsCounters,
    ForgetsOnReopen,
    KeepsExistingRows,
    KeepsExpiryOfEmptyCounters,
    KeepsTheFeed,
    KeepsTheGeneration,
    LosesTheOutbox,
    PagesOverlap,
    RecallsWhatWasReplaced,
}

pub(crate) const FLAWS: &[(Flaw, &[&str])] = &[
    (Flaw::AddsCounters, &["counters_are_copied_exactly"]),
    (Flaw::ForgetsOnReopen, &["stored_snapshots_are_durable"]),
    (Flaw::KeepsExistingRows, &["storing_a_snapshot_twice_stores_it_once"]),
    (Flaw::KeepsExpiryOfEmptyCounters, &["an_emptied_counter_takes_a_new_expiry"]),
    (Flaw::KeepsTheFeed, &["stored_snapshots_reset_the_feed"]),
    (Flaw::KeepsTheGeneration, &["a_reset_feed_begins_again"]),
    (Flaw::LosesTheOutbox, &["stored_snapshots_equal_committed_deliveries"]),
    (Flaw::PagesOverlap, &["snapshots_are_paged_exactly_once"]),
    (Flaw::RecallsWhatWasReplaced, &["a_replaced_delivery_is_not_recalled"]),
];

pub(crate) fn suite(flaw: Option<Flaw>) -> Suite {
    let fresh = move || {
        let ledger = Arc::new(Broken {
            sound: MemoryLedger::new(),
            flaw,
            ends: Mutex::default(),
            recent: Mutex::default(),
        });
        let same = Arc::clone(&ledger) as Arc<dyn LedgerSnapshot>;
        let fixture = Fixture::new(ledger as Arc<dyn LedgerSnapshot>);
        match flaw {
            Some(Flaw::ForgetsOnReopen) => {
                fixture.with_reopen(|| Arc::new(MemoryLedger::new()) as Arc<_>)
            }
            _ => fixture.with_reopen(move || Arc::clone(&same)),
        }
    };
    Suite::ledger_snapshot(fresh, block_on)
}

/// A ledger with one flaw.
#[derive(Debug)]
struct Broken {
    sound: MemoryLedger,
    flaw: Option<Flaw>,
    /// The latest end that each counter ever had.
    ends: Mutex<HashMap<CounterKey, Option<Timestamp>>>,
    /// The deliveries as they were last loaded.
    recent: Mutex<HashMap<RequestHandle, Delivery>>,
}

impl Broken {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl LedgerSnapshot for Broken {
    async fn snapshots(
        &self,
        after: Option<RequestHandle>,
        limit: usize,
    ) -> Result<Vec<DeliverySnapshot>, StoreError> {
        let mut page = self.sound.snapshots(after, limit).await?;
        if after.is_some() && page.len() > 1 && self.has(Flaw::PagesOverlap) {
            page[0] = page[1].clone();
        }
        Ok(page)
    }

    async fn store_snapshots(&self, mut copies: Vec<DeliverySnapshot>) -> Result<(), StoreError> {
        if self.has(Flaw::LosesTheOutbox) {
            copies.iter_mut().for_each(|copy| copy.outbox.clear());
        }
        if self.has(Flaw::KeepsExistingRows) {
            let stored = self.sound.snapshots(None, usize::MAX).await?;
            let is_there = |handle| stored.iter().any(|copy| copy.delivery.handle == handle);
            copies.retain(|copy| !is_there(copy.delivery.handle));
        }
        if !self.has(Flaw::RecallsWhatWasReplaced) {
            self.recent.lock().expect("no check panics here").clear();
        }
        self.sound.store_snapshots(copies).await
    }

    async fn counter_snapshots(
        &self,
        after: Option<CounterKey>,
        limit: usize,
    ) -> Result<Vec<CounterSnapshot>, StoreError> {
        let mut page = self.sound.counter_snapshots(after, limit).await?;
        if self.has(Flaw::KeepsExpiryOfEmptyCounters) {
            let ends = self.ends.lock().expect("no check panics here");
            for copy in &mut page {
                copy.expires_at = ends.get(&copy.counter).copied().unwrap_or(copy.expires_at);
            }
        }
        Ok(page)
    }

    async fn store_counter_snapshots(
        &self,
        mut copies: Vec<CounterSnapshot>,
    ) -> Result<(), StoreError> {
        if self.has(Flaw::AddsCounters) {
            for copy in &mut copies {
                copy.used += self.sound.counter(copy.counter).await?;
            }
        }
        self.sound.store_counter_snapshots(copies).await
    }

    async fn reset_feed(&self) -> Result<(), StoreError> {
        match self.has(Flaw::KeepsTheGeneration) {
            true => Ok(()),
            false => self.sound.reset_feed().await,
        }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Ledger for Broken {
    async fn load(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, StoreError> {
        let found = self.sound.load(key).await?;
        if let Some(delivery) = &found {
            let mut recent = self.recent.lock().expect("no check panics here");
            recent.insert(delivery.handle, delivery.clone());
        }
        Ok(found)
    }

    async fn load_to_recall(&self, handle: RequestHandle) -> Result<Option<Delivery>, StoreError> {
        self.load(DeliveryKey::Handle(handle)).await
    }

    async fn recall(&self, handle: RequestHandle) -> Option<Delivery> {
        self.recent.lock().expect("no check panics here").get(&handle).cloned()
    }

    async fn load_many(&self, handles: &[RequestHandle]) -> Result<Vec<Delivery>, StoreError> {
        self.sound.load_many(handles).await
    }

    async fn commit(&self, change: Change) -> Result<CommitOutcome, StoreError> {
        for charge in &change.charges {
            let mut ends = self.ends.lock().expect("no check panics here");
            let end = ends.entry(charge.counter).or_insert(charge.expires_at);
            *end = end.zip(charge.expires_at).map(|(one, other)| one.max(other));
        }
        self.sound.commit(change).await
    }

    async fn committed(
        &self,
        handle: RequestHandle,
        commit_id: CommitId,
    ) -> Result<Option<u64>, StoreError> {
        self.sound.committed(handle, commit_id).await
    }

    async fn counter(&self, counter: CounterKey) -> Result<u64, StoreError> {
        self.sound.counter(counter).await
    }

    async fn list(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError> {
        self.sound.list(query).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, StoreError> {
        self.sound.due(now, limit).await
    }

    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        self.sound.lease(now, until, limit).await
    }

    async fn events(
        &self,
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.sound.events(handle, after, limit).await
    }

    async fn events_since(
        &self,
        start: FeedStart,
        limit: usize,
    ) -> Result<FeedOutcome, StoreError> {
        let start = match start {
            FeedStart::After(position) if self.has(Flaw::KeepsTheFeed) => {
                let FeedOutcome::Page(now) =
                    self.sound.events_since(FeedStart::Beginning, 0).await?
                else {
                    return Ok(FeedOutcome::Reset);
                };
                FeedStart::After(FeedPosition { generation: now.end.generation, ..position })
            }
            start => start,
        };
        self.sound.events_since(start, limit).await
    }
}
