use crate::model::ids::{NoticeNo, RequestHandle};
use crate::model::timestamp::Timestamp;
use crate::ports::change::{Lease, OutboxEntry, Settlement};
use std::collections::{BTreeSet, HashMap};

/// The notices to send, with their leases.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: HashMap<(RequestHandle, NoticeNo), Waiting>,
    by_time: BTreeSet<(Timestamp, RequestHandle, NoticeNo)>,
    /// Shared by all notices, so that fences always grow.
    last_fence: u64,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    /// When the notice can be leased: its due time, or the end of its lease.
    free_at: Timestamp,
    /// The fence of the lease that may settle the notice.
    fence: Option<u64>,
}

impl Outbox {
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Returns the notices of a delivery, ordered by number.
    pub(super) fn of(&self, handle: RequestHandle) -> Vec<OutboxEntry> {
        let of = self.waiting.iter().filter(|((other, _), _)| *other == handle);
        let mut entries: Vec<_> = of
            .map(|((_, notice), waiting)| OutboxEntry {
                notice: *notice,
                not_before: waiting.free_at,
            })
            .collect();
        entries.sort_unstable_by_key(|entry| entry.notice);
        entries
    }

    pub(super) fn forget(&mut self, handle: RequestHandle) {
        for entry in self.of(handle) {
            self.set((handle, entry.notice), None);
        }
    }

    pub(super) fn put(&mut self, handle: RequestHandle, entry: OutboxEntry) {
        let waiting = Waiting { free_at: entry.not_before, fence: None };
        self.set((handle, entry.notice), Some(waiting));
    }

    /// Returns whether a lease is neither superseded nor settled.
    pub(super) fn is_held(&self, lease: Lease) -> bool {
        self.waiting
            .get(&(lease.handle, lease.notice))
            .is_some_and(|waiting| waiting.fence == Some(lease.fence))
    }

    pub(super) fn settle(&mut self, settlement: Settlement) {
        let lease = settlement.lease;
        let next = settlement.retry_at.map(|free_at| Waiting { free_at, fence: None });
        self.set((lease.handle, lease.notice), next);
    }

    pub(super) fn lease(&mut self, now: Timestamp, until: Timestamp, limit: usize) -> Vec<Lease> {
        let due: Vec<_> =
            self.by_time.iter().take_while(|(at, ..)| *at <= now).take(limit).copied().collect();
        let give = |(_, handle, notice)| {
            self.last_fence += 1;
            let fence = self.last_fence;
            self.set((handle, notice), Some(Waiting { free_at: until, fence: Some(fence) }));
            Lease { handle, notice, fence }
        };
        due.into_iter().map(give).collect()
    }

    fn set(&mut self, key: (RequestHandle, NoticeNo), next: Option<Waiting>) {
        let before = match next {
            Some(waiting) => self.waiting.insert(key, waiting),
            None => self.waiting.remove(&key),
        };
        if let Some(waiting) = before {
            self.by_time.remove(&(waiting.free_at, key.0, key.1));
        }
        self.by_time.extend(next.map(|waiting| (waiting.free_at, key.0, key.1)));
    }
}
