use crate::fault::{Failure as _, StoreFault};
use crate::operation::event_name;
use crate::scheduler::CallNo;
use crate::shared::{LateCommit, Shared, State, leave, pause};
use crate::violation::{Verdict, ensure};
use async_trait::async_trait;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::events::{EventKind, EventPosition, FeedStart, RecordedEvent};
use desktop_delivery::ids::{CommitId, CounterKey};
use desktop_delivery::ledger::{
    Change, CommitOutcome, DeliveryKey, DeliverySummary, FeedOutcome, Lease, LedgerSnapshot,
    ListQuery,
};
use desktop_delivery::notices::NoticeState;
use desktop_delivery::{Ledger, RequestHandle, StoreError, Timestamp};
use futures_executor::block_on;
use std::sync::Arc;

/// A ledger whose every answer is compared with the reference, and every commit with the model.
#[derive(Clone, Debug)]
pub(crate) struct SimulatedLedger {
    shared: Shared,
    inner: Arc<dyn LedgerSnapshot>,
}

impl SimulatedLedger {
    pub(crate) fn new(shared: Shared, inner: Arc<dyn LedgerSnapshot>) -> Self {
        Self { shared, inner }
    }

    /// Lets the commits take effect that failed before they did.
    pub(crate) fn commit_late(&self) {
        let late = std::mem::take(&mut self.shared.lock().late);
        for commit in late {
            self.shared.lock().trace.late(commit.call);
            let _nobody_waits = self.commit_now(commit, false);
        }
    }

    /// Applies a change in the ledger, the reference and the model; `is_awaited` unless it is late.
    fn commit_now(&self, late: LateCommit, is_awaited: bool) -> Result<CommitOutcome, StoreError> {
        let LateCommit { change, intent, actor, call } = late;
        let outcome = block_on(self.inner.commit(change.clone()))?;
        let state = &mut *self.shared.lock();
        let verdict = state.reference.commit(&change, outcome.clone());
        state.judge(verdict);
        let CommitOutcome::Committed { revision } = outcome else {
            state.note_disturbed();
            return Ok(outcome);
        };
        if let Some(notes) = state.calls.get_mut(&call) {
            notes.commits.push((change.handle, revision));
            if is_awaited {
                notes.basis = Some((change.handle, revision));
            }
        }
        let verdict = match state.reference.delivery(change.handle) {
            Some(after) => state.model.commit(&change, after, &intent, &actor, &state.blobs),
            None => Ok(()),
        };
        state.judge(verdict);
        let verdict = notices_agree(state, change.handle, &change);
        state.judge(verdict);
        let verdict = records_its_own(state, call, &change);
        state.judge(verdict);
        Ok(outcome)
    }
}

/// Checks that pending notices are in the outbox, and that those recorded as sent were accepted.
fn notices_agree(state: &State, handle: RequestHandle, change: &Change) -> Verdict {
    let Some(delivery) = state.reference.delivery(handle) else { return Ok(()) };
    for notice in &delivery.record.notices {
        let waits = matches!(notice.state, NoticeState::Waiting { .. });
        let is_there = !waits || state.reference.has_notice(handle, notice.no);
        ensure!(
            is_there,
            "4 a pending notice is not in the outbox",
            "notice {} of {handle}",
            notice.no
        );
    }
    for event in &change.events {
        if let EventKind::NoticeTried { notice, state: NoticeState::Sent { .. }, .. } = &event.kind
        {
            let id = format!("{handle}.{notice}");
            let is_sent = state.mail.iter().any(|sent| {
                sent.strip_prefix(&id).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            });
            ensure!(
                is_sent,
                "4 a notice is recorded as sent but was not",
                "notice {notice} of {handle}"
            );
        }
    }
    Ok(())
}

/// Checks that an operation records only its own events.
fn records_its_own(state: &State, call: CallNo, change: &Change) -> Verdict {
    let Some(notes) = state.calls.get(&call) else { return Ok(()) };
    for event in &change.events {
        let name = event_name(&event.kind);
        let is_own = notes.operation.records.contains(&&*name);
        ensure!(
            is_own,
            "2 an operation records what is not its own",
            "{name} by {}",
            notes.operation.name
        );
    }
    Ok(())
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Ledger for SimulatedLedger {
    async fn load(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, StoreError> {
        let effect = || {
            let found = block_on(self.inner.load(key))?;
            let state = &mut *self.shared.lock();
            let verdict = state.reference.load(key, found.as_ref());
            state.judge(verdict);
            if let Some(delivery) = &found {
                state.note_basis(delivery.handle, delivery.revision);
            }
            Ok(found)
        };
        self.shared.call("ledger", "load", effect).await
    }

    async fn load_many(&self, handles: &[RequestHandle]) -> Result<Vec<Delivery>, StoreError> {
        let effect = || {
            let found = block_on(self.inner.load_many(handles))?;
            let state = &mut *self.shared.lock();
            let verdict = state.reference.load_many(handles, &found);
            state.judge(verdict);
            state.note_loaded(found.iter().map(|one| (one.handle, one.revision)).collect());
            Ok(found)
        };
        self.shared.call("ledger", "load many", effect).await
    }

    async fn load_to_recall(&self, handle: RequestHandle) -> Result<Option<Delivery>, StoreError> {
        self.load(DeliveryKey::Handle(handle)).await
    }

    /// Recalls one of the last versions, or nothing, as the call's notes say. The call's result is
    /// checked against the stored state.
    async fn recall(&self, handle: RequestHandle) -> Option<Delivery> {
        pause().await;
        let recalled = {
            let state = &mut *self.shared.lock();
            let current = state.reference.delivery(handle)?.revision;
            let age = state.calls.get(&state.current)?.recalls?;
            state.note_basis(handle, current);
            state.reference.recent(handle, age).cloned()
        };
        pause().await;
        recalled
    }

    async fn commit(&self, change: Change) -> Result<CommitOutcome, StoreError> {
        let fault = self.shared.enter("ledger", "commit").await;
        let late = {
            let state = &*self.shared.lock();
            let notes = state.calls.get(&state.current);
            notes.map(|notes| LateCommit {
                change,
                intent: Arc::clone(&notes.intent),
                actor: notes.actor.clone(),
                call: state.current,
            })
        };
        let failed = |kind| StoreError::of(kind, "commit");
        let Some(late) = late else { return Err(failed(StoreErrorKind::Unexpected)) };
        match fault {
            Some(StoreFault::Before(kind)) => {
                pause().await;
                Err(failed(kind))
            }
            Some(StoreFault::Late) => {
                self.shared.lock().late.push(late);
                pause().await;
                Err(failed(StoreErrorKind::Unavailable))
            }
            _ => {
                let outcome = self.commit_now(late, true);
                leave(fault, "commit", outcome).await
            }
        }
    }

    async fn committed(
        &self,
        handle: RequestHandle,
        commit_id: CommitId,
    ) -> Result<Option<u64>, StoreError> {
        let effect = || {
            let found = block_on(self.inner.committed(handle, commit_id))?;
            let state = &mut *self.shared.lock();
            let verdict = state.reference.committed(handle, commit_id, found);
            state.judge(verdict);
            if let Some(revision) = found {
                state.note_basis(handle, revision);
            }
            Ok(found)
        };
        self.shared.call("ledger", "committed", effect).await
    }

    async fn counter(&self, counter: CounterKey) -> Result<u64, StoreError> {
        let effect = || block_on(self.inner.counter(counter));
        self.shared.call("ledger", "counter", effect).await
    }

    async fn list(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError> {
        let effect = || {
            let page = block_on(self.inner.list(query))?;
            let state = &mut *self.shared.lock();
            let verdict = state.reference.list(query, &page);
            state.judge(verdict);
            Ok(page)
        };
        self.shared.call("ledger", "list", effect).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, StoreError> {
        let effect = || {
            let due = block_on(self.inner.due(now, limit))?;
            let state = &mut *self.shared.lock();
            let verdict = state.reference.due(now, limit, &due);
            state.judge(verdict);
            Ok(due)
        };
        self.shared.call("ledger", "due", effect).await
    }

    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        let effect = || {
            let leases = block_on(self.inner.lease(now, until, limit))?;
            let state = &mut *self.shared.lock();
            let verdict = state.reference.lease(now, until, limit, &leases);
            state.judge(verdict);
            Ok(leases)
        };
        self.shared.call("ledger", "lease", effect).await
    }

    async fn events(
        &self,
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let effect = || {
            let page = block_on(self.inner.events(handle, after, limit))?;
            let state = &mut *self.shared.lock();
            let verdict = state.reference.events(handle, after, limit, &page);
            state.judge(verdict);
            Ok(page)
        };
        self.shared.call("ledger", "events", effect).await
    }

    async fn events_since(
        &self,
        start: FeedStart,
        limit: usize,
    ) -> Result<FeedOutcome, StoreError> {
        let effect = || {
            let outcome = block_on(self.inner.events_since(start, limit))?;
            let state = &mut *self.shared.lock();
            let verdict = state.reference.events_since(start, limit, &outcome);
            state.judge(verdict);
            Ok(outcome)
        };
        self.shared.call("ledger", "events since", effect).await
    }
}
