//! Wrappers around adapters: some yield, some lose or delay commits.

use async_trait::async_trait;
use desktop_delivery::blob::{Blob, DirectAddress, DirectOptions, Stored};
use desktop_delivery::delivery::Delivery;
use desktop_delivery::error::{NotifyError, StoreErrorKind};
use desktop_delivery::events::{EventPosition, FeedStart, RecordedEvent};
use desktop_delivery::ids::{BlobKey, CommitId, CounterKey};
use desktop_delivery::ledger::{
    Change, CommitOutcome, DeliveryKey, DeliverySummary, FeedOutcome, Lease, ListQuery,
};
use desktop_delivery::memory::MemoryLedger;
use desktop_delivery::notices::{NoticeKind, OutgoingNotice};
use desktop_delivery::{
    AgencyId, BlobStore, ByteStream, Contact, Directory, Facts, Ledger, Notifier, Participant,
    RequestHandle, StoreError, Timestamp,
};
use std::future::poll_fn;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::task::Poll;

/// Yields before and after each call if slow, so that a future can be dropped there.
#[derive(Debug)]
pub(crate) struct Slow<T: ?Sized> {
    yields: bool,
    inner: Arc<T>,
}

impl<T: ?Sized> Slow<T> {
    pub(crate) const fn new(inner: Arc<T>, yields: bool) -> Self {
        Self { inner, yields }
    }

    async fn pause(&self) {
        let mut paused = !self.yields;
        poll_fn(|task| {
            if paused {
                return Poll::Ready(());
            }
            paused = true;
            task.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    async fn around<A>(&self, call: impl Future<Output = A>) -> A {
        self.pause().await;
        let answer = call.await;
        self.pause().await;
        answer
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: Ledger> Ledger for Slow<T> {
    async fn load(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, StoreError> {
        self.around(self.inner.load(key)).await
    }
    async fn load_many(&self, handles: &[RequestHandle]) -> Result<Vec<Delivery>, StoreError> {
        self.around(self.inner.load_many(handles)).await
    }
    async fn load_to_recall(&self, handle: RequestHandle) -> Result<Option<Delivery>, StoreError> {
        self.around(self.inner.load_to_recall(handle)).await
    }
    async fn recall(&self, handle: RequestHandle) -> Option<Delivery> {
        self.around(self.inner.recall(handle)).await
    }
    async fn commit(&self, change: Change) -> Result<CommitOutcome, StoreError> {
        self.around(self.inner.commit(change)).await
    }
    async fn committed(&self, h: RequestHandle, id: CommitId) -> Result<Option<u64>, StoreError> {
        self.around(self.inner.committed(h, id)).await
    }
    async fn counter(&self, counter: CounterKey) -> Result<u64, StoreError> {
        self.around(self.inner.counter(counter)).await
    }
    async fn list(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError> {
        self.around(self.inner.list(query)).await
    }
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, StoreError> {
        self.around(self.inner.due(now, limit)).await
    }
    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        self.around(self.inner.lease(now, until, limit)).await
    }
    async fn events(
        &self,
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.around(self.inner.events(handle, after, limit)).await
    }

    async fn events_since(
        &self,
        start: FeedStart,
        limit: usize,
    ) -> Result<FeedOutcome, StoreError> {
        self.around(self.inner.events_since(start, limit)).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: BlobStore> BlobStore for Slow<T> {
    async fn put(&self, key: BlobKey, record: ByteStream) -> Result<Stored, StoreError> {
        self.around(self.inner.put(key, record)).await
    }
    async fn get(&self, k: BlobKey, range: Option<Range<u64>>) -> Result<Option<Blob>, StoreError> {
        self.around(self.inner.get(k, range)).await
    }
    async fn delete(&self, key: BlobKey) -> Result<(), StoreError> {
        self.around(self.inner.delete(key)).await
    }
    async fn direct(
        &self,
        key: BlobKey,
        options: &DirectOptions,
    ) -> Result<Option<DirectAddress>, StoreError> {
        self.around(self.inner.direct(key, options)).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: Notifier> Notifier for Slow<T> {
    async fn notify(&self, dispatch: &OutgoingNotice) -> Result<(), NotifyError> {
        self.around(self.inner.notify(dispatch)).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: Directory + ?Sized> Directory for Slow<T> {
    async fn participant(&self, id: &AgencyId) -> Result<Option<Participant>, StoreError> {
        self.around(self.inner.participant(id)).await
    }
    async fn patron(&self, facts: &Facts) -> Result<Option<Contact>, StoreError> {
        self.around(self.inner.patron(facts)).await
    }
}

/// A directory in which all libraries have turned off notices to patrons.
#[derive(Debug)]
pub(crate) struct Silent<T>(pub(crate) T);

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: Directory> Directory for Silent<T> {
    async fn participant(&self, id: &AgencyId) -> Result<Option<Participant>, StoreError> {
        Ok(self
            .0
            .participant(id)
            .await?
            .map(|library| library.with_notice(NoticeKind::Received, false)))
    }
    async fn patron(&self, facts: &Facts) -> Result<Option<Contact>, StoreError> {
        self.0.patron(facts).await
    }
}

/// The fault of a commit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    /// The commit fails, and is stored after the caller looked for it in vain.
    Late,
    /// The commit is stored, but reported as failed.
    Lost(StoreErrorKind),
    /// The commit fails, and is not stored.
    Refused(StoreErrorKind),
}

/// Makes one commit fail.
#[derive(Debug)]
pub(crate) struct FaultyLedger {
    inner: Arc<MemoryLedger>,
    ordered: Mutex<Option<(usize, Fault)>>,
    held: Mutex<Option<Change>>,
}

impl FaultyLedger {
    pub(crate) fn new(inner: Arc<MemoryLedger>) -> Self {
        Self { inner, ordered: Mutex::default(), held: Mutex::default() }
    }

    pub(crate) fn fail_commit(&self, nth: usize, fault: Fault) {
        *self.ordered.lock().expect("no test panics with the lock") = Some((nth, fault));
    }

    /// Returns whether the fault has occurred.
    pub(crate) fn has_occurred(&self) -> bool {
        self.ordered.lock().expect("no test panics with the lock").is_none()
    }

    fn next_fault(&self) -> Option<Fault> {
        let mut ordered = self.ordered.lock().expect("no test panics with the lock");
        let (left, fault) = (*ordered)?;
        *ordered = (left > 1).then_some((left - 1, fault));
        (left == 1).then_some(fault)
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Ledger for FaultyLedger {
    async fn load(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, StoreError> {
        self.inner.load(key).await
    }
    async fn load_many(&self, handles: &[RequestHandle]) -> Result<Vec<Delivery>, StoreError> {
        self.inner.load_many(handles).await
    }
    async fn load_to_recall(&self, handle: RequestHandle) -> Result<Option<Delivery>, StoreError> {
        self.inner.load_to_recall(handle).await
    }
    async fn recall(&self, handle: RequestHandle) -> Option<Delivery> {
        self.inner.recall(handle).await
    }
    async fn commit(&self, change: Change) -> Result<CommitOutcome, StoreError> {
        let held = self.held.lock().expect("no test panics with the lock").take();
        if let Some(held) = held {
            self.inner.commit(held).await?;
        }
        let failed = |kind| StoreError::new(kind, "faulty", "commit");
        match self.next_fault() {
            None => self.inner.commit(change).await,
            Some(Fault::Late) => {
                *self.held.lock().expect("no test panics with the lock") = Some(change);
                Err(failed(StoreErrorKind::Unavailable))
            }
            Some(Fault::Lost(kind)) => {
                self.inner.commit(change).await?;
                Err(failed(kind))
            }
            Some(Fault::Refused(kind)) => Err(failed(kind)),
        }
    }
    async fn committed(&self, h: RequestHandle, id: CommitId) -> Result<Option<u64>, StoreError> {
        self.inner.committed(h, id).await
    }
    async fn counter(&self, counter: CounterKey) -> Result<u64, StoreError> {
        self.inner.counter(counter).await
    }
    async fn list(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError> {
        self.inner.list(query).await
    }
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, StoreError> {
        self.inner.due(now, limit).await
    }
    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        self.inner.lease(now, until, limit).await
    }
    async fn events(
        &self,
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.inner.events(handle, after, limit).await
    }

    async fn events_since(
        &self,
        start: FeedStart,
        limit: usize,
    ) -> Result<FeedOutcome, StoreError> {
        self.inner.events_since(start, limit).await
    }
}
