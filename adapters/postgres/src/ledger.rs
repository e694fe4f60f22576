use crate::error::Error;
use crate::prepared::{Prepared, PreparedSnapshot};
use crate::shared::Shared;
use crate::{clock, feed, list, loads, plain, rows, snapshots};
use async_trait::async_trait;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::events::{EventPosition, FeedStart, RecordedEvent};
use desktop_delivery::ids::{CommitId, CounterKey, NoticeNo};
use desktop_delivery::ledger::{
    Change, CommitOutcome, CounterSnapshot, DeliveryKey, DeliverySnapshot, DeliverySummary,
    FeedOutcome, Lease, LedgerSnapshot, ListQuery,
};
use desktop_delivery::{Ledger, RequestHandle, StoreError, Timestamp};
use std::sync::Arc;

/// A ledger in a PostgreSQL database that several nodes share.
///
/// Created by [`PostgresStore::ledger`](crate::PostgresStore::ledger). Commit ids are kept forever,
/// with their events.
#[derive(Clone, Debug)]
pub struct PostgresLedger(Arc<Shared>);

impl PostgresLedger {
    pub(crate) const fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }
}

const LOAD_BY_REFERENCE: &str = "SELECT requests.handle, revision, record, usage
    FROM requests JOIN request_usage ON request_usage.handle = requests.handle WHERE reference = $1";
const COMMITTED: &str = "SELECT revision FROM events WHERE handle = $1 AND commit_id = $2";
const COUNTER: &str = "SELECT used FROM counters WHERE counter = $1";
const DUE: &str = "SELECT handle FROM requests WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
const HAS_EXPIRED: &str = "SELECT FROM counters WHERE expires_at <= $1 LIMIT 1";
const FORGET: &str = "DELETE FROM counters WHERE counter = ANY (ARRAY(
        SELECT counter FROM counters WHERE expires_at <= $1 LIMIT 1000 FOR UPDATE SKIP LOCKED
    ))";
const LEASE: &str = "WITH due AS MATERIALIZED (
        SELECT handle, notice, free_at FROM outbox WHERE free_at <= $1
        ORDER BY free_at LIMIT $3 FOR UPDATE SKIP LOCKED
    )
    UPDATE outbox SET free_at = $2, fence = nextval('fences')
    FROM due WHERE outbox.handle = due.handle AND outbox.notice = due.notice
    RETURNING outbox.handle, outbox.notice, fence, due.free_at";
const EVENTS: &str = "SELECT handle, revision, place, at, actor, detail FROM events
    WHERE handle = $1 AND (revision, place) > ($2, $3) ORDER BY revision, place LIMIT $4";

impl PostgresLedger {
    async fn read(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, Error> {
        match key {
            DeliveryKey::Handle(handle) => {
                let row = self.0.loads.submit(handle.to_bytes()).await?;
                row.map(|row| rows::delivery(&row)).transpose()
            }
            DeliveryKey::Reference(reference) => {
                let rows = self.0.reads.read(LOAD_BY_REFERENCE, &[&reference.as_str()]).await?;
                rows.first().map(rows::delivery).transpose()
            }
        }
    }

    async fn read_to_recall(&self, handle: RequestHandle) -> Result<Option<Delivery>, Error> {
        let recent = &self.0.recent.deliveries;
        let generation = recent.generation();
        let Some(row) = self.0.loads.submit(handle.to_bytes()).await? else { return Ok(None) };
        let delivery = rows::delivery(&row)?;
        recent.insert(generation, clock::now(), &delivery, rows::stored_bytes(&row)?);
        Ok(Some(delivery))
    }

    async fn read_many(&self, handles: &[RequestHandle]) -> Result<Vec<Delivery>, Error> {
        let mut deliveries = Vec::with_capacity(handles.len());
        for batch in handles.chunks(loads::MAX_BATCH) {
            let batch = batch.iter().map(|handle| handle.to_bytes()).collect();
            for found in loads::load(&self.0.reads, batch).await {
                deliveries.extend(found?.map(|row| rows::delivery(&row)).transpose()?);
            }
        }
        Ok(deliveries)
    }

    async fn due_now(&self, now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, Error> {
        let due = self.0.reads.read(DUE, &[&now.as_seconds(), &rows::limit(limit)]).await?;
        // Every node polls every few seconds and rarely finds any.
        if !self.0.reads.read(HAS_EXPIRED, &[&now.as_seconds()]).await?.is_empty() {
            // Cleanup must not delay due work; a later call deletes the remaining counters.
            let _later = self.0.reads.run(FORGET, &[&now.as_seconds()]).await;
        }
        self.number_events();
        due.iter().map(|row| rows::handle(row, 0)).collect()
    }

    /// Numbers events in a task of its own, because it takes seconds if there are very many, and due
    /// work must not wait for it. A failure is harmless: reading the feed numbers them too.
    fn number_events(&self) {
        if let Ok(turn) = Arc::clone(&self.0.numbering).try_lock_owned() {
            let connections = Arc::clone(&self.0.reads);
            tokio::spawn(async move {
                let _later = feed::number(&connections).await;
                drop(turn);
            });
        }
    }

    async fn lease_now(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Lease>, Error> {
        self.0.recent.deliveries.drop_old(clock::now());
        let (now, until) = (now.as_seconds(), until.as_seconds());
        let leased = self.0.reads.run(LEASE, &[&now, &until, &rows::limit(limit)]).await?;
        let mut leases = Vec::with_capacity(leased.len());
        for row in &leased {
            let notice = u32::try_from(rows::field::<i64>(row, 1)?).map(NoticeNo::new);
            let notice = notice.map_err(|_| Error::Row("notice"))?;
            let lease =
                Lease { handle: rows::handle(row, 0)?, notice, fence: rows::count(row, 2)? };
            leases.push((rows::field::<i64>(row, 3)?, lease));
        }
        leases.sort_by_key(|(free_at, _)| *free_at);
        Ok(leases.into_iter().map(|(_, lease)| lease).collect())
    }
}

#[async_trait]
impl Ledger for PostgresLedger {
    async fn load(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, StoreError> {
        self.read(key).await.map_err(|error| error.at("load"))
    }

    async fn load_many(&self, handles: &[RequestHandle]) -> Result<Vec<Delivery>, StoreError> {
        self.read_many(handles).await.map_err(|error| error.at("load many"))
    }

    async fn load_to_recall(&self, handle: RequestHandle) -> Result<Option<Delivery>, StoreError> {
        self.read_to_recall(handle).await.map_err(|error| error.at("load"))
    }

    /// Returns a delivery that this node loaded for recall less than 5 minutes ago, with the
    /// changes that this node has committed to it since.
    async fn recall(&self, handle: RequestHandle) -> Option<Delivery> {
        self.0.recent.deliveries.recall(clock::now(), handle)
    }

    async fn commit(&self, change: Change) -> Result<CommitOutcome, StoreError> {
        let commit = async {
            let generation = self.0.recent.deliveries.generation();
            let next = self.0.recent.deliveries.successor(clock::now(), &change);
            let hooked = self.0.hooked.as_ref();
            let hooked = hooked.and_then(|(hook, lane)| Some((hook.hooked(&change)?, lane)));
            let change = Prepared::of(change)?;
            let outcome = match hooked {
                Some((hooked, lane)) => lane.submit((generation, (change, hooked))).await,
                None => {
                    let is_plain = plain::is_plain(&change);
                    let lane = if is_plain { &self.0.claims } else { &self.0.commits };
                    lane.submit((generation, change)).await
                }
            };
            if let Some(next) = next {
                let is_committed = matches!(outcome, Ok(CommitOutcome::Committed { .. }));
                self.0.recent.deliveries.settle(clock::now(), next, is_committed);
            }
            outcome
        };
        commit.await.map_err(|error| error.at("commit"))
    }

    async fn committed(
        &self,
        handle: RequestHandle,
        commit_id: CommitId,
    ) -> Result<Option<u64>, StoreError> {
        let (handle, commit_id) = (handle.to_bytes(), commit_id.as_bytes());
        let committed = async {
            let found = self.0.reads.read(COMMITTED, &[&&handle[..], &&commit_id[..]]).await?;
            found.first().map(|row| rows::count(row, 0)).transpose()
        };
        committed.await.map_err(|error: Error| error.at("committed"))
    }

    async fn counter(&self, counter: CounterKey) -> Result<u64, StoreError> {
        let counter = counter.as_bytes();
        let read = async {
            let found = self.0.reads.read(COUNTER, &[&&counter[..]]).await?;
            found.first().map_or(Ok(0), |row| rows::count(row, 0))
        };
        read.await.map_err(|error: Error| error.at("counter"))
    }

    async fn list(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError> {
        list::page(&self.0.reads, query).await.map_err(|error| error.at("list"))
    }

    /// Also deletes up to 1,000 counters that have expired by `now`, and numbers the events of the
    /// feed, so that few are left for the next reader.
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, StoreError> {
        self.due_now(now, limit).await.map_err(|error| error.at("due"))
    }

    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        self.lease_now(now, until, limit).await.map_err(|error| error.at("lease"))
    }

    async fn events(
        &self,
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let handle = handle.to_bytes();
        let after = after.unwrap_or(EventPosition { revision: 0, index: 0 });
        let revision = i64::try_from(after.revision).unwrap_or(i64::MAX);
        let place = i32::try_from(after.index).unwrap_or(i32::MAX);
        let limit = rows::limit(limit);
        let read = async {
            let parameters: [crate::session::Parameter<'_>; 4] =
                [&&handle[..], &revision, &place, &limit];
            let events = self.0.reads.read(EVENTS, &parameters).await?;
            events.iter().map(rows::event).collect::<Result<_, Error>>()
        };
        read.await.map_err(|error| error.at("events"))
    }

    async fn events_since(
        &self,
        start: FeedStart,
        limit: usize,
    ) -> Result<FeedOutcome, StoreError> {
        let page = feed::page(&self.0.reads, start, limit);
        page.await.map_err(|error| error.at("events since"))
    }
}

#[async_trait]
impl LedgerSnapshot for PostgresLedger {
    async fn snapshots(
        &self,
        after: Option<RequestHandle>,
        limit: usize,
    ) -> Result<Vec<DeliverySnapshot>, StoreError> {
        let page = snapshots::page(&self.0.reads, after, limit);
        page.await.map_err(|error| error.at("snapshots"))
    }

    async fn store_snapshots(&self, copies: Vec<DeliverySnapshot>) -> Result<(), StoreError> {
        let store = async {
            let copies =
                copies.into_iter().map(PreparedSnapshot::of).collect::<Result<Vec<_>, _>>()?;
            // A copy may have the revision of a delivery with other contents.
            self.0.recent.deliveries.clear();
            let stored = snapshots::store(&self.0.reads, &copies).await;
            self.0.recent.deliveries.clear();
            stored
        };
        store.await.map_err(|error| error.at("store snapshots"))
    }

    async fn counter_snapshots(
        &self,
        after: Option<CounterKey>,
        limit: usize,
    ) -> Result<Vec<CounterSnapshot>, StoreError> {
        let page = snapshots::counters(&self.0.reads, after, limit);
        page.await.map_err(|error| error.at("counter snapshots"))
    }

    async fn store_counter_snapshots(
        &self,
        copies: Vec<CounterSnapshot>,
    ) -> Result<(), StoreError> {
        let store = snapshots::store_counters(&self.0.reads, &copies);
        store.await.map_err(|error| error.at("store counter snapshots"))
    }

    async fn reset_feed(&self) -> Result<(), StoreError> {
        feed::reset(&self.0.reads).await.map_err(|error| error.at("reset feed"))
    }
}
