use crate::Traced;
use crate::outcome::{found, traced};
use async_trait::async_trait;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::events::{EventPosition, FeedStart, RecordedEvent};
use desktop_delivery::ids::{CommitId, CounterKey};
use desktop_delivery::ledger::{
    Change, CommitOutcome, DeliveryKey, DeliverySummary, FeedOutcome, Lease, ListQuery,
};
use desktop_delivery::{Ledger, RequestHandle, StoreError, Timestamp};
use tracing::field::{Empty, display};
use tracing::{Instrument as _, Span, debug_span};

/// Records the handle of a delivery that was looked up by its reference.
fn loaded(span: &Span, delivery: &Option<Delivery>) {
    if let Some(delivery) = delivery {
        span.record("request", display(delivery.handle));
    }
}

fn outcome_of(span: &Span, outcome: &CommitOutcome) {
    let outcome = match outcome {
        CommitOutcome::Committed { .. } => "committed",
        CommitOutcome::Full { .. } => "full",
        CommitOutcome::Stale => "stale",
        CommitOutcome::Vetoed(_) => "vetoed",
    };
    span.record("outcome", outcome);
}

/// The names of a change's events.
fn names(change: &Change) -> String {
    let names: Vec<_> = change.events.iter().map(|event| event.kind.name().as_str()).collect();
    names.join(",")
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: Ledger> Ledger for Traced<T> {
    async fn load(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, StoreError> {
        let span = debug_span!("ledger.load", request = Empty, error = Empty);
        if let DeliveryKey::Handle(handle) = key {
            span.record("request", display(handle));
        }
        traced(span, self.0.load(key), loaded).await
    }

    async fn load_many(&self, handles: &[RequestHandle]) -> Result<Vec<Delivery>, StoreError> {
        let span = debug_span!("ledger.load_many", found = Empty, error = Empty);
        traced(span, self.0.load_many(handles), |span, all| found(span, all.len())).await
    }

    async fn load_to_recall(&self, handle: RequestHandle) -> Result<Option<Delivery>, StoreError> {
        let span = debug_span!("ledger.load_to_recall", request = %handle, error = Empty);
        traced(span, self.0.load_to_recall(handle), |_, _| {}).await
    }

    async fn recall(&self, handle: RequestHandle) -> Option<Delivery> {
        let span = debug_span!("ledger.recall", request = %handle);
        self.0.recall(handle).instrument(span).await
    }

    async fn commit(&self, change: Change) -> Result<CommitOutcome, StoreError> {
        let span = debug_span!(
            "ledger.commit",
            request = %change.handle,
            events = names(&change),
            outcome = Empty,
            error = Empty
        );
        traced(span, self.0.commit(change), outcome_of).await
    }

    async fn committed(
        &self,
        handle: RequestHandle,
        commit_id: CommitId,
    ) -> Result<Option<u64>, StoreError> {
        let span = debug_span!("ledger.committed", request = %handle, error = Empty);
        traced(span, self.0.committed(handle, commit_id), |_, _| {}).await
    }

    async fn counter(&self, counter: CounterKey) -> Result<u64, StoreError> {
        let span = debug_span!("ledger.counter", error = Empty);
        traced(span, self.0.counter(counter), |_, _| {}).await
    }

    async fn list(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError> {
        let span = debug_span!("ledger.list", found = Empty, error = Empty);
        traced(span, self.0.list(query), |span, all| found(span, all.len())).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, StoreError> {
        let span = debug_span!("ledger.due", found = Empty, error = Empty);
        traced(span, self.0.due(now, limit), |span, all| found(span, all.len())).await
    }

    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        let span = debug_span!("ledger.lease", found = Empty, error = Empty);
        traced(span, self.0.lease(now, until, limit), |span, all| found(span, all.len())).await
    }

    async fn events(
        &self,
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let span = debug_span!("ledger.events", request = %handle, found = Empty, error = Empty);
        traced(span, self.0.events(handle, after, limit), |span, all| found(span, all.len())).await
    }

    async fn events_since(
        &self,
        start: FeedStart,
        limit: usize,
    ) -> Result<FeedOutcome, StoreError> {
        let span = debug_span!("ledger.events_since", found = Empty, error = Empty);
        let record = |span: &Span, outcome: &FeedOutcome| {
            if let FeedOutcome::Page(page) = outcome {
                found(span, page.rows.len());
            }
        };
        traced(span, self.0.events_since(start, limit), record).await
    }
}
