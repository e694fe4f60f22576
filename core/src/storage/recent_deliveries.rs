use crate::model::delivery::{Delivery, DeliveryRecord, DeliveryUsage};
use crate::model::ids::RequestHandle;
use crate::ports::change::Change;
use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The size of an entry in addition to its stored text, rounded up, which also bounds the number of
/// entries.
const OVERHEAD: usize = 512;

/// How many times larger a parsed delivery is than its stored text, rounded up.
const PARSED: usize = 2;

/// The deliveries that a ledger last loaded or committed, possibly outdated, for
/// [`Ledger::recall`](crate::Ledger::recall).
///
/// The entries take at most [`CAPACITY`](Self::CAPACITY) bytes in total; the oldest are dropped
/// first. `now` is the time of a monotonic clock, which the ledger reads.
#[derive(Default)]
pub struct RecentDeliveries(Mutex<State>);

#[derive(Default)]
struct State {
    /// Incremented whenever all entries are dropped; a load that began before adds none.
    generation: u64,
    entries: HashMap<RequestHandle, Entry>,
    /// The entries by age, the oldest first.
    by_age: BTreeMap<u64, RequestHandle>,
    last_age: u64,
    bytes: usize,
}

#[derive(Clone)]
struct Entry {
    seen_at: Instant,
    age: u64,
    bytes: usize,
    revision: u64,
    record: Arc<DeliveryRecord>,
    usage: Arc<DeliveryUsage>,
}

/// The entry that replaces a recalled one if a change commits.
pub struct Successor {
    generation: u64,
    handle: RequestHandle,
    entry: Entry,
}

impl RecentDeliveries {
    /// The maximum estimated size of all entries, in bytes: 32 MiB.
    pub const CAPACITY: usize = 32 << 20;

    /// How long an entry may be recalled after it was loaded or committed: 5 minutes. Most people
    /// who claim from a page do so sooner.
    pub const MAX_AGE: Duration = Duration::from_secs(300);

    /// Returns the current generation. Read it before loading a delivery, and pass it to
    /// [`insert`](Self::insert).
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.lock().generation
    }

    /// Drops all entries, because the stored deliveries may have been replaced by others with the
    /// same revisions.
    pub fn clear(&self) {
        let mut state = self.lock();
        *state = State { generation: state.generation + 1, ..State::default() };
    }

    /// Keeps a loaded delivery. `stored_bytes` is the size of its record and usage as stored.
    pub fn insert(&self, generation: u64, now: Instant, delivery: &Delivery, stored_bytes: usize) {
        let bytes = PARSED * stored_bytes + OVERHEAD;
        if bytes > Self::CAPACITY {
            return;
        }
        let known = self.lock().entries.get(&delivery.handle).cloned();
        let entry = match known.filter(|known| known.revision == delivery.revision) {
            Some(known) => known,
            None => Entry {
                seen_at: now,
                age: 0,
                bytes,
                revision: delivery.revision,
                record: Arc::new(delivery.record.clone()),
                usage: Arc::new(delivery.usage.clone()),
            },
        };
        self.lock().put(generation, now, delivery.handle, entry);
    }

    /// Returns a delivery as this process last loaded or committed it, if it is recent enough.
    #[must_use]
    pub fn recall(&self, now: Instant, handle: RequestHandle) -> Option<Delivery> {
        let Entry { revision, record, usage, .. } = self.lock().find(now, handle)?;
        let (record, usage) = (DeliveryRecord::clone(&record), DeliveryUsage::clone(&usage));
        Some(Delivery::from_parts(handle, revision, record, usage))
    }

    /// Returns the entry to store if a change commits, or `None` if the entry on which the change
    /// was decided is gone.
    #[must_use]
    pub fn successor(&self, now: Instant, change: &Change) -> Option<Successor> {
        let (generation, before) = {
            let state = self.lock();
            (state.generation, state.find(now, change.handle)?)
        };
        if change.expected != Some(before.revision) {
            return None;
        }
        let entry = Entry {
            revision: before.revision + 1,
            record: change.record.as_ref().map_or(before.record, |record| Arc::new(record.clone())),
            usage: change.usage.as_ref().map_or(before.usage, |usage| Arc::new(usage.clone())),
            ..before
        };
        Some(Successor { generation, handle: change.handle, entry })
    }

    /// Replaces an entry after a commit, or drops it if nothing was committed or the outcome is
    /// unknown.
    pub fn settle(&self, now: Instant, next: Successor, is_committed: bool) {
        let Successor { generation, handle, entry } = next;
        let mut state = self.lock();
        if is_committed {
            state.put(generation, now, handle, entry);
        } else {
            state.remove(handle);
        }
    }

    /// Drops the entries that are too old to be recalled, because they hold data of patrons.
    /// Inserting and settling do the same; a ledger calls this when its worker polls.
    pub fn drop_old(&self, now: Instant) {
        self.lock().drop_old(now);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn find(&self, now: Instant, handle: RequestHandle) -> Option<Entry> {
        let is_valid =
            |entry: &&Entry| now.duration_since(entry.seen_at) < RecentDeliveries::MAX_AGE;
        self.entries.get(&handle).filter(is_valid).cloned()
    }

    fn put(&mut self, generation: u64, now: Instant, handle: RequestHandle, entry: Entry) {
        self.drop_old(now);
        let is_outdated =
            self.entries.get(&handle).is_some_and(|known| known.revision > entry.revision);
        if generation != self.generation || is_outdated {
            return;
        }
        self.remove(handle);
        self.last_age += 1;
        self.bytes += entry.bytes;
        self.by_age.insert(self.last_age, handle);
        self.entries.insert(handle, Entry { seen_at: now, age: self.last_age, ..entry });
        while self.bytes > RecentDeliveries::CAPACITY
            && let Some(oldest) = self.oldest()
        {
            self.remove(oldest);
        }
    }

    fn drop_old(&mut self, now: Instant) {
        while let Some(oldest) = self.oldest()
            && self.find(now, oldest).is_none()
        {
            self.remove(oldest);
        }
    }

    fn oldest(&self) -> Option<RequestHandle> {
        self.by_age.first_key_value().map(|(_, handle)| *handle)
    }

    fn remove(&mut self, handle: RequestHandle) {
        if let Some(old) = self.entries.remove(&handle) {
            self.by_age.remove(&old.age);
            self.bytes -= old.bytes;
        }
    }
}

impl Debug for RecentDeliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecentDeliveries")
            .field("bytes", &self.lock().bytes)
            .finish_non_exhaustive()
    }
}

impl Debug for Successor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Successor").field("handle", &self.handle).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::CommitId;
    use std::sync::LazyLock;

    const HANDLE: RequestHandle = RequestHandle::from_bytes([7; 8]);

    fn at(seconds: u64) -> Instant {
        #[expect(clippy::disallowed_methods, reason = "it is only a point to count from")]
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        *START + Duration::from_secs(seconds)
    }

    fn delivery(handle: RequestHandle, revision: u64) -> Delivery {
        let record = serde_json::json!({
            "created_at": 1_790_000_000,
            "facts": {
                "reference": "2026-00417",
                "requester": "CA-BVAU",
                "supplier": "CA-OTU",
                "requester_request_id": "417",
                "title": "Ice ages",
                "service_type": "Copy",
            },
            "as_of": 1_790_000_000,
            "host_status": "pending",
            "policy": "illume",
            "zone": "America/Vancouver",
            "status": "pending",
            "status_since": 1_790_000_000,
        });
        let record = serde_json::from_value(record).unwrap();
        Delivery::from_parts(handle, revision, record, DeliveryUsage::default())
    }

    fn with(deliveries: &[Delivery]) -> RecentDeliveries {
        let recent = RecentDeliveries::default();
        for delivery in deliveries {
            recent.insert(recent.generation(), at(0), delivery, 2_000);
        }
        recent
    }

    fn revision(recent: &RecentDeliveries, now: Instant) -> Option<u64> {
        recent.recall(now, HANDLE).map(|delivery| delivery.revision)
    }

    #[test]
    fn a_delivery_is_recalled_as_it_was_loaded_until_it_is_too_old() {
        let loaded = delivery(HANDLE, 3);
        let recent = with(std::slice::from_ref(&loaded));
        assert_eq!(recent.recall(at(299), HANDLE), Some(loaded.clone()));
        assert_eq!(recent.recall(at(300), HANDLE), None);
        recent.insert(recent.generation(), at(200), &loaded, 2_000);
        assert_eq!(recent.recall(at(300), HANDLE), Some(loaded));
    }

    #[test]
    fn an_older_revision_does_not_replace_a_newer_one() {
        let recent = with(&[delivery(HANDLE, 4), delivery(HANDLE, 3)]);
        assert_eq!(revision(&recent, at(1)), Some(4));
    }

    #[test]
    fn a_load_that_began_before_everything_was_dropped_is_not_kept() {
        let recent = with(&[delivery(HANDLE, 3)]);
        let before = recent.generation();
        recent.clear();
        assert_eq!(revision(&recent, at(1)), None);
        recent.insert(before, at(1), &delivery(HANDLE, 3), 2_000);
        assert_eq!(revision(&recent, at(1)), None);
    }

    #[test]
    fn a_commit_replaces_the_entry_on_which_it_was_decided() {
        let recent = with(&[delivery(HANDLE, 3)]);
        let mut record = delivery(HANDLE, 3).record;
        record.facts.title = "Glaciers".into();
        let mut change = Change {
            handle: HANDLE,
            expected: Some(3),
            record: Some(record),
            usage: None,
            commit_id: CommitId::from_bytes([1; 16]),
            events: Vec::new(),
            outbox: Vec::new(),
            settle: Vec::new(),
            charges: Vec::new(),
        };
        let next = recent.successor(at(1), &change).unwrap();
        assert_eq!(revision(&recent, at(1)), Some(3));
        recent.settle(at(1), next, true);
        let recalled = recent.recall(at(1), HANDLE).unwrap();
        assert_eq!((recalled.revision, &*recalled.record.facts.title), (4, "Glaciers"));

        change.expected = Some(3);
        assert!(recent.successor(at(1), &change).is_none());
        change.expected = Some(4);
        let failed = recent.successor(at(1), &change).unwrap();
        recent.settle(at(1), failed, false);
        assert_eq!(revision(&recent, at(1)), None);
    }

    #[test]
    fn the_oldest_entries_are_dropped_when_space_or_time_is_up() {
        let many: Vec<_> =
            (0..10_u8).map(|no| delivery(RequestHandle::from_bytes([no; 8]), 1)).collect();
        let recent = RecentDeliveries::default();
        for delivery in &many {
            recent.insert(0, at(0), delivery, RecentDeliveries::CAPACITY / 10);
        }
        let kept: Vec<_> =
            many.iter().map(|known| recent.recall(at(1), known.handle).is_some()).collect();
        assert_eq!(kept.iter().filter(|kept| **kept).count(), 4);
        assert!(kept.ends_with(&[true; 4]), "{kept:?}");
        recent.drop_old(at(300));
        let state = recent.lock();
        assert_eq!((state.bytes, state.entries.len(), state.by_age.len()), (0, 0, 0));
    }
}
