use crate::prepared::{Handle, Prepared};
use crate::writes::Writes;
use desktop_delivery::ids::CounterKey;
use desktop_delivery::ledger::{CommitOutcome, CounterSnapshot, Lease, Settlement};
use desktop_delivery::storage::{ChargePlan, plan_charges};
use std::collections::HashMap;
use std::convert::Infallible;

/// The state that a batch of changes depends on, as read and locked by the transaction and updated
/// by the changes applied so far. Each change therefore sees the effects of those before it.
#[derive(Default)]
pub(crate) struct BatchState {
    pub(crate) revisions: HashMap<Handle, i64>,
    /// The request that owns each reference.
    pub(crate) owners: HashMap<String, Handle>,
    /// The fences of leased notices.
    pub(crate) fences: HashMap<(Handle, i64), i64>,
    pub(crate) counters: HashMap<CounterKey, CounterSnapshot>,
}

impl BatchState {
    /// Checks one change. If it commits, updates this state and queues its rows for writing.
    pub(crate) fn apply<'a>(
        &mut self,
        change: &'a Prepared,
        writes: &mut Writes<'a>,
    ) -> CommitOutcome {
        let handle = change.handle;
        if self.revisions.get(&handle).copied() != change.expected {
            return CommitOutcome::Stale;
        }
        let owner = change.record.as_ref().and_then(|record| self.owners.get(&record.reference));
        if owner.is_some_and(|owner| *owner != handle) {
            return CommitOutcome::Stale;
        }
        if !change.settle.iter().all(|settlement| self.is_held(settlement.lease)) {
            return CommitOutcome::Stale;
        }
        let stored = |key| Ok::<_, Infallible>(self.counters.get(&key).copied());
        let counters = match plan_charges(&change.charges, stored).map(ChargePlan::fits) {
            Ok(Ok(counters)) => counters,
            Ok(Err(full)) => return full,
            Err(never) => match never {},
        };
        let revision = change.expected.unwrap_or(0) + 1;
        self.revisions.insert(handle, revision);
        if let Some(record) = &change.record {
            self.owners.insert(record.reference.clone(), handle);
        }
        writes.deliver(change, revision);
        for counter in counters {
            let is_stored = self.counters.insert(counter.counter, counter).is_some();
            writes.count(counter, is_stored);
        }
        for Settlement { lease, retry_at } in &change.settle {
            let place = (lease.handle.to_bytes(), i64::from(lease.notice.get()));
            self.fences.remove(&place);
            writes.free(place, retry_at.map(|at| at.as_seconds()));
        }
        for entry in &change.outbox {
            let place = (handle, i64::from(entry.notice.get()));
            self.fences.remove(&place);
            writes.free(place, Some(entry.not_before.as_seconds()));
        }
        // A revision counts commits from 1.
        CommitOutcome::Committed { revision: revision.cast_unsigned() }
    }

    fn is_held(&self, lease: Lease) -> bool {
        let place = (lease.handle.to_bytes(), i64::from(lease.notice.get()));
        // No fence is so great that it does not fit.
        self.fences.get(&place).is_some_and(|fence| u64::try_from(*fence) == Ok(lease.fence))
    }
}
