//! What the parts of a run share. One thread runs everything, so the lock is never contended; the
//! ports require it.

use crate::coverage::Coverage;
use crate::fault::{Failure, FaultPlan, StoreFault};
use crate::model::{Intent, Model};
use crate::operation::Operation;
use crate::reference::ReferenceLedger;
use crate::scheduler::CallNo;
use crate::trace::Trace;
use crate::violation::{Verdict, Violation};
use bytes::Bytes;
use desktop_delivery::ids::{BlobKey, ClaimNo, LinkNo};
use desktop_delivery::ledger::Change;
use desktop_delivery::{Actor, Audience, Download, RequestHandle, Timestamp};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

/// The state of a run that its stores and its operations share.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<State>>);

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared(..)")
    }
}

/// What is known of one call of a desk.
pub(crate) struct CallNotes {
    pub(crate) operation: &'static Operation,
    pub(crate) intent: Arc<Intent>,
    pub(crate) actor: Actor,
    pub(crate) faults: FaultPlan,
    /// The age, in versions, of the deliveries that the ledger recalls; `None` if it has none.
    pub(crate) recalls: Option<usize>,
    /// The number of store calls so far.
    pub(crate) store_calls: u32,
    /// The revision that the call last loaded or committed.
    pub(crate) basis: Option<(RequestHandle, u64)>,
    /// The revisions that were the basis earlier.
    pub(crate) earlier: Vec<(RequestHandle, u64)>,
    /// The revisions that the call last loaded together.
    pub(crate) loaded: Vec<(RequestHandle, u64)>,
    /// The revisions that the call committed.
    pub(crate) commits: Vec<(RequestHandle, u64)>,
    /// The time at which the call last looked at its node's clock.
    pub(crate) time: Option<Timestamp>,
    /// Whether a fault struck it or another call interfered with it.
    pub(crate) disturbed: bool,
}

/// A token that somebody holds.
#[derive(Clone, Debug)]
pub(crate) struct HeldLink {
    pub(crate) handle: RequestHandle,
    pub(crate) no: LinkNo,
    pub(crate) audience: Audience,
    pub(crate) token: String,
}

/// A ticket that somebody holds.
#[derive(Clone, Debug)]
pub(crate) struct HeldTicket {
    pub(crate) handle: RequestHandle,
    pub(crate) claim: ClaimNo,
    pub(crate) token: String,
}

/// A commit that takes effect after it has failed.
pub(crate) struct LateCommit {
    pub(crate) change: Change,
    pub(crate) intent: Arc<Intent>,
    pub(crate) actor: Actor,
    pub(crate) call: CallNo,
}

pub(crate) struct State {
    /// The call that is being polled.
    pub(crate) current: CallNo,
    pub(crate) calls: BTreeMap<CallNo, CallNotes>,
    /// The calls in words.
    pub(crate) texts: BTreeMap<CallNo, String>,
    pub(crate) faults_on: bool,
    pub(crate) reference: ReferenceLedger,
    pub(crate) model: Model,
    /// The blobs in the store, with their bytes.
    pub(crate) blobs: BTreeMap<BlobKey, Bytes>,
    /// Everything that was ever sent, by its SHA-256.
    pub(crate) contents: BTreeMap<[u8; 32], Bytes>,
    pub(crate) links: Vec<HeldLink>,
    pub(crate) tickets: Vec<HeldTicket>,
    pub(crate) downloads: Vec<Download>,
    /// The ids of the messages that the notifier accepted.
    pub(crate) mail: Vec<String>,
    pub(crate) late: Vec<LateCommit>,
    /// The time on each node's clock.
    pub(crate) clocks: Vec<Timestamp>,
    pub(crate) trace: Trace,
    pub(crate) coverage: Coverage,
    pub(crate) violation: Option<Violation>,
}

impl State {
    /// Keeps the first violation of a run.
    pub(crate) fn judge(&mut self, verdict: Verdict) {
        if let Err(violation) = verdict
            && self.violation.is_none()
        {
            self.violation = Some(violation);
        }
    }

    fn notes(&mut self) -> Option<&mut CallNotes> {
        self.calls.get_mut(&self.current)
    }

    /// Records which revision the current call has seen or made.
    pub(crate) fn note_basis(&mut self, handle: RequestHandle, revision: u64) {
        if let Some(notes) = self.notes() {
            notes.earlier.extend(notes.basis.replace((handle, revision)));
        }
    }

    /// Records which revisions the current call has loaded together.
    pub(crate) fn note_loaded(&mut self, loaded: Vec<(RequestHandle, u64)>) {
        if let Some(notes) = self.notes() {
            notes.loaded = loaded;
        }
    }

    /// Records the time that the current call has seen.
    pub(crate) fn note_time(&mut self, now: Timestamp) {
        if let Some(notes) = self.notes() {
            notes.time = Some(now);
        }
    }

    pub(crate) fn note_disturbed(&mut self) {
        if let Some(notes) = self.notes() {
            notes.disturbed = true;
        }
    }
}

impl Shared {
    pub(crate) fn of(state: State) -> Self {
        Self(Arc::new(Mutex::new(state)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Yields, and returns the fault that strikes this call of a store.
    pub(crate) async fn enter(
        &self,
        store: &'static str,
        operation: &'static str,
    ) -> Option<StoreFault> {
        pause().await;
        let state = &mut *self.lock();
        let (current, is_on) = (state.current, state.faults_on);
        let notes = state.calls.get_mut(&current)?;
        let number = notes.store_calls;
        notes.store_calls += 1;
        if !is_on {
            return None;
        }
        let is_commit = (store, operation) == ("ledger", "commit");
        let fault = notes.faults.next(number, is_commit)?;
        notes.disturbed = true;
        state.coverage.hit(notes.operation, fault.fault());
        state.trace.fault(current, store, operation, fault);
        Some(fault)
    }

    /// Runs one call of a store that takes effect at one instant, or fails.
    pub(crate) async fn call<T, E>(
        &self,
        store: &'static str,
        operation: &'static str,
        effect: impl FnOnce() -> Result<T, E> + Send,
    ) -> Result<T, E>
    where
        T: Send,
        E: Failure + Send,
    {
        let fault = self.enter(store, operation).await;
        if let Some(StoreFault::Before(kind)) = fault {
            pause().await;
            return Err(E::of(kind, operation));
        }
        let answer = effect();
        leave(fault, operation, answer).await
    }
}

/// Yields, for as long as the fault says, and returns the answer or the fault's error.
pub(crate) async fn leave<T, E: Failure>(
    fault: Option<StoreFault>,
    operation: &'static str,
    answer: Result<T, E>,
) -> Result<T, E> {
    pause().await;
    match fault {
        Some(StoreFault::After(kind)) => Err(E::of(kind, operation)),
        Some(StoreFault::Delay(polls)) => {
            for _ in 0..polls {
                pause().await;
            }
            answer
        }
        _ => answer,
    }
}

/// Yields to the other calls once.
pub(crate) async fn pause() {
    let mut paused = false;
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
