use crate::error::Error;
use crate::prepared::{Prepared, PreparedSnapshot};
use crate::shared::Shared;
use crate::{charges, clock, commit, feed, history, list, outbox, rows, snapshots};
use async_trait::async_trait;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::events::{EventPosition, FeedStart, RecordedEvent};
use desktop_delivery::ids::{CommitId, CounterKey};
use desktop_delivery::ledger::{
    Change, CommitOutcome, CounterSnapshot, DeliveryKey, DeliverySnapshot, DeliverySummary,
    FeedOutcome, Lease, LedgerSnapshot, ListQuery,
};
use desktop_delivery::{Ledger, RequestHandle, StoreError, Timestamp};
use rusqlite::{Connection, ToSql, params};
use std::collections::VecDeque;
use std::sync::Arc;

/// A ledger in an SQLite file.
///
/// Created by [`SqliteStore::ledger`](crate::SqliteStore::ledger). Single deliveries are read on
/// the caller's thread, which takes microseconds while their pages are in memory; lists and writes
/// run on the threads of the store. Commit ids are kept forever, with their events.
#[derive(Clone, Debug)]
pub struct SqliteLedger(Arc<Shared>);

impl SqliteLedger {
    pub(crate) const fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }
}

// Subqueries instead of joins: SQLite would re-prepare a join for every bound value.
const LOAD: &str = "SELECT handle, revision,
        (SELECT record FROM ddlv_requests WHERE ddlv_requests.handle = ddlv_request_usage.handle),
        usage
    FROM ddlv_request_usage WHERE handle = ?1";
const LOAD_BY_REFERENCE: &str = "SELECT handle, revision,
        (SELECT record FROM ddlv_requests WHERE ddlv_requests.handle = ddlv_request_usage.handle),
        usage
    FROM ddlv_request_usage WHERE handle = (SELECT handle FROM ddlv_requests WHERE reference = ?1)";

#[async_trait]
impl Ledger for SqliteLedger {
    async fn load(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, StoreError> {
        let load = self.0.readers.on_caller(|connection| {
            let (sql, key): (_, &dyn ToSql) = match key {
                DeliveryKey::Handle(handle) => (LOAD, &rows::from_handle(handle)),
                DeliveryKey::Reference(reference) => (LOAD_BY_REFERENCE, &reference.as_str()),
            };
            let mut statement = connection.prepare_cached(sql)?;
            let mut found = statement.query([key])?;
            found.next()?.map(rows::delivery).transpose()
        });
        load.map_err(|error| error.at("load"))
    }

    async fn load_to_recall(&self, handle: RequestHandle) -> Result<Option<Delivery>, StoreError> {
        let generation = self.0.recent.generation();
        let load = self.0.readers.on_caller(|connection| {
            let mut statement = connection.prepare_cached(LOAD)?;
            let mut found = statement.query([rows::from_handle(handle)])?;
            let Some(row) = found.next()? else { return Ok(None) };
            let delivery = rows::delivery(row)?;
            self.0.recent.insert(generation, clock::now(), &delivery, rows::stored_bytes(row)?);
            Ok(Some(delivery))
        });
        load.map_err(|error| error.at("load"))
    }

    async fn load_many(&self, handles: &[RequestHandle]) -> Result<Vec<Delivery>, StoreError> {
        let handles = handles.to_vec();
        let load = self.0.readers.on_thread(move |connection| {
            let mut statement = connection.prepare_cached(LOAD)?;
            let mut deliveries = Vec::with_capacity(handles.len());
            for handle in handles {
                let mut found = statement.query([&rows::from_handle(handle)])?;
                deliveries.extend(found.next()?.map(rows::delivery).transpose()?);
            }
            Ok(deliveries)
        });
        load.await.map_err(|error| error.at("load many"))
    }

    /// Returns a delivery that this process loaded for recall less than 5 minutes ago, with the
    /// changes that it has committed since.
    async fn recall(&self, handle: RequestHandle) -> Option<Delivery> {
        self.0.recent.recall(clock::now(), handle)
    }

    async fn commit(&self, change: Change) -> Result<CommitOutcome, StoreError> {
        let commit = async {
            let next = self.0.recent.successor(clock::now(), &change);
            let hook = self.0.hook.as_ref();
            let hooked = hook.and_then(|hook| Some((Arc::clone(hook), hook.hooked(&change)?)));
            let change = Prepared::of(change)?;
            let writer = &self.0.writer;
            let outcome = match hooked {
                None => writer.run(move |connection| commit::commit(connection, &change)).await,
                Some((hook, hooked)) => {
                    let commit = move |c: &Connection| hook.commit(c, &change, &hooked);
                    writer.run_alone(commit).await
                }
            };
            if let Some(next) = next {
                let is_committed = matches!(outcome, Ok(CommitOutcome::Committed { .. }));
                self.0.recent.settle(clock::now(), next, is_committed);
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
        // On a thread, because an unknown id is looked for in the whole history.
        let committed = self.0.readers.on_thread(move |connection| {
            let snapshot = connection.unchecked_transaction()?;
            let mut revision = None;
            history::walk(&snapshot, rows::from_handle(handle), |row| {
                let id: Option<[u8; 16]> = row.get(history::COMMIT_ID)?;
                if id == Some(*commit_id.as_bytes()) {
                    revision = Some(rows::position(row)?.revision);
                }
                Ok(revision.is_none())
            })?;
            Ok(revision)
        });
        committed.await.map_err(|error| error.at("committed"))
    }

    async fn counter(&self, counter: CounterKey) -> Result<u64, StoreError> {
        let read = self.0.readers.on_caller(|connection| charges::read(connection, counter));
        let counter = read.map_err(|error| error.at("counter"))?;
        Ok(counter.map_or(0, |counter| counter.used))
    }

    async fn list(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError> {
        let query = query.clone();
        let list = self.0.readers.on_thread(move |connection| list::page(connection, &query));
        list.await.map_err(|error| error.at("list"))
    }

    /// Also deletes up to 1,000 counters that have expired by `now`.
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, StoreError> {
        let read = self.0.readers.on_thread(move |connection| {
            let due = connection
                .prepare_cached(
                    "SELECT handle FROM ddlv_requests WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2",
                )?
                .query_map(params![now.as_seconds(), rows::limit(limit)], |row| {
                    Ok(rows::to_handle(row.get(0)?))
                })?
                .collect::<Result<Vec<_>, _>>()?;
            Ok((due, charges::has_expired(connection, now)?))
        });
        let (due, has_expired) = read.await.map_err(|error| error.at("due"))?;
        if has_expired {
            let forget = self.0.writer.run(move |c| charges::forget_expired(c, now));
            // Cleanup must not delay due work; a later call deletes the remaining counters.
            let _later = forget.await;
        }
        Ok(due)
    }

    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        self.0.recent.drop_old(clock::now());
        let lease = async {
            // Workers poll often and rarely find anything, so an empty poll must not cost a
            // transaction.
            if !self.0.readers.on_caller(|connection| outbox::has_due(connection, now))? {
                return Ok(Vec::new());
            }
            self.0.writer.run(move |c| outbox::lease(c, now, until, limit)).await
        };
        lease.await.map_err(|error: Error| error.at("lease"))
    }

    async fn events(
        &self,
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let read = self.0.readers.on_thread(move |connection| {
            let snapshot = connection.unchecked_transaction()?;
            // The walk goes backwards, and the page is the part of it that was read last. Only that
            // is parsed.
            let mut ids = VecDeque::new();
            if limit > 0 {
                history::walk(&snapshot, rows::from_handle(handle), |row| {
                    let position = rows::position(row)?;
                    let is_wanted = after.is_none_or(|after| position > after);
                    if is_wanted {
                        ids.push_front(row.get(history::ID)?);
                        ids.truncate(limit);
                    }
                    Ok(is_wanted)
                })?;
            }
            ids.into_iter().map(|id| history::event(&snapshot, id)).collect()
        });
        read.await.map_err(|error| error.at("events"))
    }

    async fn events_since(
        &self,
        start: FeedStart,
        limit: usize,
    ) -> Result<FeedOutcome, StoreError> {
        let read = self.0.readers.on_thread(move |connection| feed::page(connection, start, limit));
        read.await.map_err(|error| error.at("events since"))
    }
}

#[async_trait]
impl LedgerSnapshot for SqliteLedger {
    async fn snapshots(
        &self,
        after: Option<RequestHandle>,
        limit: usize,
    ) -> Result<Vec<DeliverySnapshot>, StoreError> {
        let read =
            self.0.readers.on_thread(move |connection| snapshots::page(connection, after, limit));
        read.await.map_err(|error| error.at("snapshots"))
    }

    async fn store_snapshots(&self, copies: Vec<DeliverySnapshot>) -> Result<(), StoreError> {
        let store = async {
            let copies =
                copies.into_iter().map(PreparedSnapshot::of).collect::<Result<Vec<_>, _>>()?;
            // A snapshot may have the revision of a delivery with other contents.
            self.0.recent.clear();
            let stored =
                self.0.writer.run(move |connection| snapshots::store(connection, &copies)).await;
            self.0.recent.clear();
            stored
        };
        store.await.map_err(|error| error.at("store snapshots"))
    }

    async fn counter_snapshots(
        &self,
        after: Option<CounterKey>,
        limit: usize,
    ) -> Result<Vec<CounterSnapshot>, StoreError> {
        let read = self.0.readers.on_thread(move |c| snapshots::counters(c, after, limit));
        read.await.map_err(|error| error.at("counter snapshots"))
    }

    async fn store_counter_snapshots(
        &self,
        copies: Vec<CounterSnapshot>,
    ) -> Result<(), StoreError> {
        let store = self.0.writer.run(move |c| snapshots::store_counters(c, &copies));
        store.await.map_err(|error| error.at("store counter snapshots"))
    }

    async fn reset_feed(&self) -> Result<(), StoreError> {
        let reset = self.0.writer.run(feed::reset);
        reset.await.map_err(|error| error.at("reset feed"))
    }
}
