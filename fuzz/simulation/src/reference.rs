//! The simplest ledger that keeps the contract of `Ledger`: whatever the ledger under test answers
//! is compared with it.

use crate::violation::{Verdict, Violation, ensure};
use desktop_delivery::delivery::Delivery;
use desktop_delivery::events::{Event, EventPosition, FeedPosition, FeedStart, RecordedEvent};
use desktop_delivery::ids::{BlobKey, CommitId, CounterKey, NoticeNo};
use desktop_delivery::ledger::{
    Change, Charge, CommitOutcome, DeliveryKey, DeliverySummary, FeedOutcome, FeedRow, FeedRows,
    Lease, ListQuery, OutboxEntry,
};
use desktop_delivery::{RequestHandle, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Debug;

/// The number of versions of a delivery that can be recalled.
const RECENT: usize = 4;

#[derive(Default)]
pub(crate) struct ReferenceLedger {
    deliveries: BTreeMap<RequestHandle, Delivery>,
    /// The last versions of each delivery, the current one first.
    recent: BTreeMap<RequestHandle, VecDeque<Delivery>>,
    histories: BTreeMap<RequestHandle, Vec<(CommitId, Vec<Event>)>>,
    /// When each notice can be leased, and the fence of its lease.
    outbox: BTreeMap<(RequestHandle, NoticeNo), (Timestamp, Option<u64>)>,
    /// Each counter's value and expiry.
    counters: BTreeMap<CounterKey, (u64, Option<Timestamp>)>,
    last_fence: u64,
    feed: Vec<FeedEvent>,
}

/// An event in the feed, with its position once the ledger has returned it.
struct FeedEvent {
    handle: RequestHandle,
    place: EventPosition,
    position: Option<FeedPosition>,
}

/// Returns a violation unless the ledger's answer is the reference's.
fn same<T: PartialEq + Debug>(check: &'static str, got: &T, expected: &T) -> Verdict {
    ensure!(got == expected, check, "{got:?} instead of {expected:?}");
    Ok(())
}

impl ReferenceLedger {
    pub(crate) fn delivery(&self, handle: RequestHandle) -> Option<&Delivery> {
        self.deliveries.get(&handle)
    }

    /// Returns a delivery as it was this many versions ago, if it is still known.
    pub(crate) fn recent(&self, handle: RequestHandle, age: usize) -> Option<&Delivery> {
        self.recent.get(&handle)?.get(age)
    }

    pub(crate) fn deliveries(&self) -> impl Iterator<Item = &Delivery> {
        self.deliveries.values()
    }

    pub(crate) fn history(&self, handle: RequestHandle) -> &[(CommitId, Vec<Event>)] {
        self.histories.get(&handle).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn outbox_of(&self, handle: RequestHandle) -> Vec<OutboxEntry> {
        let of = self.outbox.iter().filter(|((other, _), _)| *other == handle);
        of.map(|((_, notice), (free_at, _))| OutboxEntry { notice: *notice, not_before: *free_at })
            .collect()
    }

    pub(crate) fn outbox_len(&self) -> usize {
        self.outbox.len()
    }

    pub(crate) fn has_notice(&self, handle: RequestHandle, notice: NoticeNo) -> bool {
        self.outbox.contains_key(&(handle, notice))
    }

    pub(crate) fn counters(&self) -> &BTreeMap<CounterKey, (u64, Option<Timestamp>)> {
        &self.counters
    }

    fn find(&self, key: DeliveryKey<'_>) -> Option<&Delivery> {
        match key {
            DeliveryKey::Handle(handle) => self.deliveries.get(&handle),
            DeliveryKey::Reference(reference) => {
                let mut all = self.deliveries.values();
                all.find(|delivery| delivery.record.facts.reference == *reference)
            }
        }
    }

    pub(crate) fn load(&self, key: DeliveryKey<'_>, got: Option<&Delivery>) -> Verdict {
        same("4 a delivery does not load as it was committed", &got, &self.find(key))
    }

    pub(crate) fn load_many(&self, handles: &[RequestHandle], got: &[Delivery]) -> Verdict {
        let stored = handles.iter().filter_map(|handle| self.deliveries.get(handle));
        let (got, expected): (Vec<_>, Vec<_>) = (got.iter().collect(), stored.collect());
        same("4 deliveries do not load as they were committed", &got, &expected)
    }

    pub(crate) fn committed(
        &self,
        handle: RequestHandle,
        id: CommitId,
        got: Option<u64>,
    ) -> Verdict {
        let place = self.history(handle).iter().position(|(other, _)| *other == id);
        let expected = place.map(|place| place as u64 + 1);
        same("1 a commit is not found by its id", &got, &expected)
    }

    pub(crate) fn list(&self, query: &ListQuery, got: &[DeliverySummary]) -> Verdict {
        let mut all: Vec<_> = self
            .deliveries
            .values()
            .filter(|delivery| query.matches(&delivery.record))
            .map(|delivery| DeliverySummary::of(delivery.handle, &delivery.record))
            .filter(|summary| query.after.is_none_or(|after| summary.position < after))
            .collect();
        all.sort_by_key(|summary| std::cmp::Reverse(summary.position));
        all.truncate(query.limit);
        same("8 a list is not what is stored", &got, &all.as_slice())
    }

    pub(crate) fn due(&mut self, now: Timestamp, limit: usize, got: &[RequestHandle]) -> Verdict {
        self.counters.retain(|_, (_, end)| end.is_none_or(|end| end > now));
        let due_at = |handle: &RequestHandle| self.deliveries.get(handle)?.record.due_at;
        let mut due: Vec<_> = self.deliveries.keys().filter(|at| due_at(at) <= Some(now)).collect();
        due.retain(|handle| due_at(handle).is_some());
        let is_complete = got.len() == due.len().min(limit);
        let set: BTreeSet<_> = got.iter().collect();
        let is_due = set.len() == got.len() && got.iter().all(|handle| due.contains(&handle));
        let is_ordered = got.is_sorted_by_key(due_at);
        ensure!(is_complete && is_due && is_ordered, "4 due work is missed", "{got:?} of {due:?}");
        Ok(())
    }

    pub(crate) fn lease(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
        got: &[Lease],
    ) -> Verdict {
        const CHECK: &str = "4 a notice is leased wrongly";
        let due = self.outbox.values().filter(|(free_at, _)| *free_at <= now).count();
        ensure!(got.len() == due.min(limit), CHECK, "{} leases of {due} due", got.len());
        for lease in got {
            let first = self.outbox.values().map(|(free_at, _)| *free_at).min();
            let Some((free_at, fence)) = self.outbox.get_mut(&(lease.handle, lease.notice)) else {
                return same(CHECK, &Some(lease), &None);
            };
            let is_next = Some(*free_at) == first && *free_at <= now;
            ensure!(is_next && lease.fence > self.last_fence, CHECK, "{lease:?} at {now}");
            (*free_at, *fence) = (until, Some(lease.fence));
            self.last_fence = lease.fence;
        }
        Ok(())
    }

    pub(crate) fn events(
        &self,
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize,
        got: &[RecordedEvent],
    ) -> Verdict {
        let mut expected = Vec::new();
        for (revision, (_, events)) in (1..).zip(self.history(handle)) {
            for (index, event) in (0..).zip(events) {
                let position = EventPosition { revision, index };
                if after.is_none_or(|after| position > after) && expected.len() < limit {
                    expected.push(RecordedEvent { handle, position, event: event.clone() });
                }
            }
        }
        same("4 the events are not those committed", &got, &expected.as_slice())
    }

    /// Returns the events of all requests in the order of their commits.
    pub(crate) fn feed(&self) -> impl Iterator<Item = (RequestHandle, EventPosition)> {
        self.feed.iter().map(|event| (event.handle, event.place))
    }

    /// Checks that a page has the acknowledged events from its start, each once and in order, at the
    /// positions where they were before.
    pub(crate) fn events_since(
        &mut self,
        start: FeedStart,
        limit: usize,
        got: &FeedOutcome,
    ) -> Verdict {
        const CHECK: &str = "4 the feed is not what was committed";
        let from = match start {
            FeedStart::Beginning => Some(0),
            FeedStart::After(FeedPosition { number: 0, .. }) => Some(0),
            FeedStart::After(position) => {
                let is_it = |event: &FeedEvent| event.position == Some(position);
                self.feed.iter().position(is_it).map(|place| place + 1)
            }
            FeedStart::Latest => Some(self.feed.len()),
        };
        let (from, page) = match (from, got) {
            (Some(from), FeedOutcome::Page(page)) => (from, page),
            (None, FeedOutcome::Reset) => return Ok(()),
            _ => return same(CHECK, &Some(start), &None),
        };
        let FeedRows { rows, end, more } = page;
        let to = self.feed.len().min(from.saturating_add(limit));
        ensure!(rows.len() == to - from, CHECK, "{} events, not {}", rows.len(), to - from);
        same(CHECK, more, &(to < self.feed.len()))?;
        let mut last = from.checked_sub(1).and_then(|before| self.feed[before].position);
        for (row, place) in rows.iter().zip(from..) {
            let event = &mut self.feed[place];
            let commit = usize::try_from(event.place.revision).unwrap_or(0).saturating_sub(1);
            let index = usize::try_from(event.place.index).unwrap_or(0);
            let commit = self.histories.get(&event.handle).and_then(|all| all.get(commit));
            let stored = commit.and_then(|(_, events)| events.get(index));
            let delivery = self.deliveries.get(&event.handle);
            let (Some(stored), Some(delivery)) = (stored, delivery) else {
                return same(CHECK, &Some(row), &None);
            };
            let position = *event.position.get_or_insert(row.position);
            let facts = &delivery.record.facts;
            let expected = FeedRow {
                position,
                reference: facts.reference.clone(),
                requester: facts.requester.clone(),
                supplier: facts.supplier.clone(),
                recorded: RecordedEvent {
                    handle: event.handle,
                    position: event.place,
                    event: stored.clone(),
                },
            };
            same(CHECK, row, &expected)?;
            ensure!(last.is_none_or(|last| last < position), CHECK, "{position} is not ahead");
            last = Some(position);
        }
        if let Some(newest) = to.checked_sub(1) {
            same(CHECK, end, self.feed[newest].position.get_or_insert(*end))?;
        }
        Ok(())
    }

    /// Applies a change, and compares the outcome.
    pub(crate) fn commit(&mut self, change: &Change, got: CommitOutcome) -> Verdict {
        let expected = self.apply(change)?;
        same("1 a commit has the wrong outcome", &got, &expected)
    }

    fn apply(&mut self, change: &Change) -> Result<CommitOutcome, Violation> {
        let handle = change.handle;
        let stored = self.deliveries.get(&handle);
        let is_expected = stored.map(|stored| stored.revision) == change.expected;
        let is_taken = change.record.as_ref().is_some_and(|record| {
            let other = self.find(DeliveryKey::Reference(&record.facts.reference));
            other.is_some_and(|other| other.handle != handle)
        });
        let are_held = change.settle.iter().all(|settlement| {
            let held = self.outbox.get(&(handle, settlement.lease.notice));
            held.is_some_and(|(_, fence)| *fence == Some(settlement.lease.fence))
        });
        if !is_expected || is_taken || !are_held {
            return Ok(CommitOutcome::Stale);
        }
        let counters = match charged(&self.counters, &change.charges) {
            Ok(counters) => counters,
            Err((counter, used)) => return Ok(CommitOutcome::Full { counter, used }),
        };
        const CHECK: &str = "4 a change is incomplete";
        ensure!(!change.events.is_empty(), CHECK, "{handle} without events");
        let part = |what| Violation { check: CHECK, detail: format!("{handle} without {what}") };
        let record = change.record.clone().or_else(|| stored.map(|stored| stored.record.clone()));
        let usage = change.usage.clone().or_else(|| stored.map(|stored| stored.usage.clone()));
        let (record, usage) =
            (record.ok_or_else(|| part("record"))?, usage.ok_or_else(|| part("usage"))?);
        let revision = stored.map_or(0, |stored| stored.revision) + 1;
        let delivery = Delivery::from_parts(handle, revision, record, usage);
        let recent = self.recent.entry(handle).or_default();
        recent.push_front(delivery.clone());
        recent.truncate(RECENT);
        self.deliveries.insert(handle, delivery);
        let history = self.histories.entry(handle).or_default();
        history.push((change.commit_id, change.events.clone()));
        self.feed.extend((0..).zip(&change.events).map(|(index, _)| FeedEvent {
            handle,
            place: EventPosition { revision, index },
            position: None,
        }));
        self.counters = counters;
        for settlement in &change.settle {
            let key = (handle, settlement.lease.notice);
            match settlement.retry_at {
                Some(retry_at) => self.outbox.insert(key, (retry_at, None)),
                None => self.outbox.remove(&key),
            };
        }
        for entry in &change.outbox {
            self.outbox.insert((handle, entry.notice), (entry.not_before, None));
        }
        Ok(CommitOutcome::Committed { revision })
    }

    /// Checks that a blob which is put is in the ledger already.
    pub(crate) fn expects_blob(&self, key: BlobKey) -> Verdict {
        let is_known = self.deliveries.values().any(|delivery| {
            let record = &delivery.record;
            record.uploads.iter().any(|upload| upload.blob == key)
                || record.pending_deletions.iter().any(|pending| pending.blob == key)
        });
        ensure!(is_known, "4 bytes are stored before their place is committed", "{key:?}");
        Ok(())
    }
}

type Counters = BTreeMap<CounterKey, (u64, Option<Timestamp>)>;

/// Adds up charges in the order of their counters; fails with the first counter that is full.
fn charged(counters: &Counters, charges: &[Charge]) -> Result<Counters, (CounterKey, u64)> {
    let (mut charges, mut sums) = (charges.to_vec(), counters.clone());
    charges.sort_by_key(|charge| charge.counter);
    for charge in charges {
        let (used, end) = sums.get(&charge.counter).copied().unwrap_or((0, None));
        let sum = used.saturating_add_signed(charge.amount);
        if charge.amount > 0 && charge.limit.is_some_and(|limit| sum > limit) {
            let before = counters.get(&charge.counter).map_or(0, |(used, _)| *used);
            return Err((charge.counter, before));
        }
        let end = match (used, end, charge.expires_at) {
            (0, _, end) => end,
            (_, Some(one), Some(other)) => Some(one.max(other)),
            _ => None,
        };
        sums.insert(charge.counter, (sum, end));
    }
    sums.retain(|_, (used, _)| *used > 0);
    Ok(sums)
}
