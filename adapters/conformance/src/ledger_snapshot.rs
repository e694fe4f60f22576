//! The guarantees of every [`LedgerSnapshot`].

use crate::check::{Check, Run, checks};
use crate::fixture::Fixture;
use crate::ledger::feed::{assert_complete, page, rest};
use crate::ledger::support::{NOW, change, charged, counter, handle, made, with_status};
use desktop_delivery::delivery::DeliveryRecord;
use desktop_delivery::events::{Event, FeedStart};
use desktop_delivery::ids::NoticeNo;
use desktop_delivery::ledger::{
    Change, Charge, CommitOutcome, CounterSnapshot, DeliveryKey, DeliverySnapshot, FeedOutcome,
    LedgerSnapshot, ListQuery, OutboxEntry, Party, Search,
};
use desktop_delivery::memory::MemoryLedger;
use desktop_delivery::{Ledger, RequestHandle, Status};
use std::sync::Arc;

type On = Fixture<dyn LedgerSnapshot>;

pub(crate) const CHECKS: &[Check<On>] = checks![
    a_replaced_delivery_is_not_recalled,
    a_reset_feed_begins_again,
    storing_a_snapshot_twice_stores_it_once,
    an_emptied_counter_takes_a_new_expiry,
    snapshots_are_paged_exactly_once,
    counters_are_copied_exactly,
    stored_snapshots_are_durable,
    stored_snapshots_equal_committed_deliveries,
    stored_snapshots_reset_the_feed,
];

/// The number of deliveries in the ledger of [`filled`].
const DELIVERIES: u64 = 7;

fn name(number: u64) -> String {
    format!("2026-{number:05}")
}

async fn commit(ledger: &dyn Ledger, change: Change) {
    let outcome = ledger.commit(change).await.expect("a commit is answered");
    assert!(matches!(outcome, CommitOutcome::Committed { .. }), "{outcome:?}");
}

/// Fills a ledger: several commits per delivery with several events each, waiting and leased
/// notices, different statuses and due times, counters.
async fn filled(ledger: &dyn Ledger) {
    let statuses = [Status::Pending, Status::Shipped, Status::Received].into_iter().cycle();
    for (number, status) in (0..DELIVERIES).zip(statuses) {
        let made = made(handle(number), &name(number));
        let mut record = with_status(made.record.clone().expect("it has one"), status);
        record.created_at = NOW.plus_seconds(i64::try_from(number).unwrap_or(0) / 2);
        record.due_at = (number % 2 == 0).then(|| NOW.plus_seconds(10));
        let entry = |no| OutboxEntry { notice: NoticeNo::new(no), not_before: NOW };
        let charges = vec![Charge {
            expires_at: (number % 2 == 0).then(|| NOW.plus_days(2)),
            ..charged(counter(u8::try_from(number).unwrap_or(0) % 3), 5, None)
        }];
        let outbox = vec![entry(1), entry(2)];
        commit(ledger, Change { record: Some(record), outbox, charges, ..made }).await;
        for revision in 1..=number {
            let again = change(handle(number), Some(revision));
            let events = vec![again.events[0].clone(); 1 + usize::from(revision % 2 == 0)];
            commit(ledger, Change { events, ..again }).await;
        }
    }
    let leases = ledger.lease(NOW, NOW.plus_seconds(60), 3).await.expect("the adapter answers");
    assert_eq!(leases.len(), 3);
}

async fn all_copies(ledger: &dyn LedgerSnapshot, limit: usize) -> Vec<DeliverySnapshot> {
    let (mut after, mut all) = (None, Vec::new());
    loop {
        let page = ledger.snapshots(after, limit).await.expect("copies are answered");
        assert!(page.len() <= limit, "a page exceeds its limit");
        let Some(last) = page.last() else { return all };
        after = Some(last.delivery.handle);
        all.extend(page);
    }
}

async fn all_counters(ledger: &dyn LedgerSnapshot) -> Vec<CounterSnapshot> {
    let (mut after, mut all) = (None, Vec::new());
    loop {
        let page = ledger.counter_snapshots(after, 2).await.expect("copies are answered");
        assert!(page.len() <= 2, "a page exceeds its limit");
        let Some(last) = page.last() else { return all };
        after = Some(last.counter);
        all.extend(page);
    }
}

fn sorted(mut copies: Vec<DeliverySnapshot>) -> Vec<DeliverySnapshot> {
    copies.sort_by_key(|copy| copy.delivery.handle);
    copies
}

/// A filled ledger in memory, and its snapshots.
async fn source() -> (MemoryLedger, Vec<DeliverySnapshot>) {
    let memory = MemoryLedger::new();
    filled(&memory).await;
    let copies = all_copies(&memory, 100).await;
    assert_eq!(copies.len() as u64, DELIVERIES);
    (memory, copies)
}

/// Returns everything that can be read from a ledger.
async fn report(ledger: &dyn Ledger, copies: &[DeliverySnapshot]) -> Vec<String> {
    let mut report = Vec::new();
    for copy in copies {
        let own = copy.delivery.handle;
        let reference = &copy.delivery.record.facts.reference;
        let by_handle = ledger.load(DeliveryKey::Handle(own)).await.expect("it loads");
        let by_reference = ledger.load(DeliveryKey::Reference(reference)).await.expect("it loads");
        assert_eq!(by_handle, by_reference);
        report.push(format!("{by_handle:?}"));
        let events = ledger.events(own, None, 1_000).await.expect("events are answered");
        report.push(format!("{events:?}"));
        for (commit_id, _) in &copy.history {
            let revision = ledger.committed(own, *commit_id).await.expect("the adapter answers");
            report.push(format!("{revision:?}"));
        }
    }
    let search = Search::of("2026-00003 ice").expect("it has words");
    for query in [
        ListQuery::of(Party::Anyone, 100),
        ListQuery::of(Party::Anyone, 100).with_status(Status::Shipped),
        ListQuery::of(Party::Anyone, 100).with_search(search),
    ] {
        report.push(format!("{:?}", ledger.list(&query).await.expect("a list is answered")));
    }
    let mut due = ledger.due(NOW.plus_seconds(10), 100).await.expect("the adapter answers");
    due.sort();
    report.push(format!("{due:?}"));
    report
}

/// The notices that can be leased at a time, other than those leased before.
async fn leased(ledger: &dyn Ledger, seconds: i64) -> Vec<(RequestHandle, NoticeNo)> {
    let now = NOW.plus_seconds(seconds);
    let leases = ledger.lease(now, now.plus_days(1), 100).await.expect("the adapter answers");
    let mut notices: Vec<_> = leases.iter().map(|lease| (lease.handle, lease.notice)).collect();
    notices.sort();
    notices
}

async fn stored_snapshots_equal_committed_deliveries(on: On, _: Run) {
    let (memory, copies) = source().await;
    on.adapter.store_snapshots(copies.clone()).await.expect("they are stored");
    assert_eq!(report(&*on.adapter, &copies).await, report(&memory, &copies).await);
    let free = leased(&memory, 0).await;
    assert_eq!(free.len() as u64, 2 * DELIVERIES - 3, "three are leased");
    assert_eq!(leased(&*on.adapter, 0).await, free);
    assert_eq!(leased(&*on.adapter, 60).await, leased(&memory, 60).await, "as leases end");
    // Further commits work.
    let (last, revision) = (handle(DELIVERIES - 1), DELIVERIES);
    commit(&*on.adapter, change(last, Some(revision))).await;
}

async fn storing_a_snapshot_twice_stores_it_once(on: On, _: Run) {
    // Storing snapshots replaces all earlier contents.
    let strange = |record: Option<DeliveryRecord>| {
        record.map(|record| with_status(record, Status::Cancelled))
    };
    for number in 0..3 {
        let made = made(handle(number), &name(number));
        let outbox = vec![OutboxEntry { notice: NoticeNo::new(9), not_before: NOW }];
        let events: Vec<Event> = vec![made.events[0].clone(); 4];
        let record = strange(made.record.clone());
        commit(&*on.adapter, Change { record, outbox, events, ..made }).await;
    }
    let (memory, copies) = source().await;
    for _ in 0..2 {
        on.adapter.store_snapshots(copies.clone()).await.expect("they are stored");
    }
    assert_eq!(sorted(all_copies(&*on.adapter, 100).await), sorted(copies.clone()));
    assert_eq!(report(&*on.adapter, &copies).await, report(&memory, &copies).await);
    // A reference belongs to one delivery. A snapshot that would give it to a second one changes
    // nothing.
    let mut other = copies[0].clone();
    other.delivery.handle = handle(99);
    let refused = on.adapter.store_snapshots(vec![copies[1].clone(), other]).await;
    assert!(refused.is_err(), "the reference is taken");
    assert_eq!(all_copies(&*on.adapter, 100).await.len() as u64, DELIVERIES);
}

async fn snapshots_are_paged_exactly_once(on: On, _: Run) {
    filled(&*on.adapter).await;
    let whole = all_copies(&*on.adapter, 100).await;
    assert_eq!(whole.len() as u64, DELIVERIES);
    assert_eq!(all_copies(&*on.adapter, 2).await, whole);
    for copy in &whole {
        assert_eq!(copy.history.len() as u64, copy.delivery.revision, "a commit for each revision");
        let events = on.adapter.events(copy.delivery.handle, None, 1_000).await;
        let events: Vec<Event> =
            events.expect("events are answered").into_iter().map(|event| event.event).collect();
        let copied: Vec<Event> =
            copy.history.iter().flat_map(|(_, events)| events.clone()).collect();
        assert_eq!(copied, events);
        assert_eq!(copy.outbox.len(), 2, "including leased notices");
    }
}

async fn an_emptied_counter_takes_a_new_expiry(on: On, _: Run) {
    let (end, later) = (NOW.plus_days(2), NOW.plus_days(9));
    let charge = |number, amount, expires_at| Charge {
        expires_at,
        ..charged(counter(number), amount, None)
    };
    // Counter 1 is emptied in a change of its own, 2 and 3 in the one that charges them again.
    let charges = vec![charge(1, 5, None), charge(2, 5, None), charge(3, 5, Some(later))];
    commit(&*on.adapter, Change { charges, ..made(handle(0), &name(0)) }).await;
    let charges = vec![charge(1, -5, None)];
    commit(&*on.adapter, Change { charges, ..change(handle(0), Some(1)) }).await;
    let again = |number| [charge(number, -9, None), charge(number, 2, Some(end))];
    let charges = [vec![charge(1, 2, Some(end))], again(2).to_vec(), again(3).to_vec()].concat();
    commit(&*on.adapter, Change { charges, ..change(handle(0), Some(2)) }).await;
    let held =
        |number| CounterSnapshot { counter: counter(number), used: 2, expires_at: Some(end) };
    assert_eq!(all_counters(&*on.adapter).await, [held(1), held(2), held(3)]);
}

async fn stored_snapshots_are_durable(on: On, _: Run) {
    let (memory, copies) = source().await;
    on.adapter.store_snapshots(copies.clone()).await.expect("they are stored");
    let counters = all_counters(&memory).await;
    on.adapter.store_counter_snapshots(counters.clone()).await.expect("they are stored");
    let reopened = on.reopened();
    assert_eq!(sorted(all_copies(&*reopened, 100).await), sorted(copies));
    assert_eq!(all_counters(&*reopened).await, counters);
}

async fn counters_are_copied_exactly(on: On, _: Run) {
    let (memory, _) = source().await;
    let counters = all_counters(&memory).await;
    let mut values: Vec<_> = counters.iter().map(|copy| (copy.used, copy.expires_at)).collect();
    values.sort();
    // Of every three counters, one has charges that never expire.
    assert_eq!(values.iter().map(|(used, _)| used).sum::<u64>(), 5 * DELIVERIES);
    filled(&*on.adapter).await;
    assert_eq!(all_counters(&*on.adapter).await, counters, "sorted by key");
    let mut changed = counters.clone();
    changed[0].used = 77;
    changed[0].expires_at = None;
    on.adapter.store_counter_snapshots(changed.clone()).await.expect("they are stored");
    assert_eq!(all_counters(&*on.adapter).await, changed, "a snapshot replaces what is stored");
    // Later charges add to the copied values.
    let probe: Arc<dyn Ledger> = on.adapter.clone();
    let revision = probe.load(DeliveryKey::Handle(handle(0))).await.expect("it loads");
    let charges = vec![charged(changed[0].counter, 1, Some(77))];
    let over = Change { charges, ..change(handle(0), revision.map(|found| found.revision)) };
    let full = CommitOutcome::Full { counter: changed[0].counter, used: 77 };
    assert_eq!(probe.commit(over).await.expect("the adapter answers"), full);
}

/// Revisions of a replaced delivery count from that of its snapshot, so a commit based on a stale
/// recall could be accepted.
async fn a_replaced_delivery_is_not_recalled(on: On, _: Run) {
    let (_, copies) = source().await;
    filled(&*on.adapter).await;
    for copy in &copies {
        let loaded = on.adapter.load_to_recall(copy.delivery.handle).await;
        loaded.expect("a load is answered").expect("the delivery is stored");
    }
    let mut others = copies;
    for copy in &mut others {
        copy.delivery.record.facts.title = "On Other Ages".to_owned();
    }
    on.adapter.store_snapshots(others.clone()).await.expect("snapshots are stored");
    for copy in &others {
        if let Some(recalled) = on.adapter.recall(copy.delivery.handle).await {
            assert_eq!(recalled, copy.delivery, "it is stored now");
        }
    }
}

async fn stored_snapshots_reset_the_feed(on: On, _: Run) {
    let (_, copies) = source().await;
    filled(&*on.adapter).await;
    commit(&*on.adapter, made(handle(99), "another")).await;
    let ledger: &dyn LedgerSnapshot = &*on.adapter;
    let ends = [
        page(ledger, FeedStart::Beginning, 0).await.end,
        page(ledger, FeedStart::Beginning, 3).await.end,
        page(ledger, FeedStart::Latest, 0).await.end,
    ];
    ledger.store_snapshots(copies.clone()).await.expect("they are stored");
    for end in ends {
        let outcome = ledger.events_since(FeedStart::After(end), 10).await;
        assert_eq!(outcome.expect("the feed is answered"), FeedOutcome::Reset, "{end}");
    }
    let mut handles: Vec<_> = copies.iter().map(|copy| copy.delivery.handle).collect();
    handles.push(handle(99));
    let rows = rest(ledger, FeedStart::Beginning, 10).await;
    assert_complete(ledger, &rows, &handles).await;
    // Further commits are appended.
    let (last, revision) = (handle(DELIVERIES - 1), DELIVERIES);
    commit(ledger, change(last, Some(revision))).await;
    let next = rest(ledger, FeedStart::After(rows[rows.len() - 1].position), 10).await;
    assert_eq!(next.len(), 1);
    assert_eq!(next[0].recorded.handle, last);
}

async fn a_reset_feed_begins_again(on: On, _: Run) {
    filled(&*on.adapter).await;
    let ledger: &dyn LedgerSnapshot = &*on.adapter;
    let before = rest(ledger, FeedStart::Beginning, 10).await;
    ledger.reset_feed().await.expect("the feed is reset");
    let newest = FeedStart::After(before[before.len() - 1].position);
    let outcome = ledger.events_since(newest, 10).await.expect("the feed is answered");
    assert_eq!(outcome, FeedOutcome::Reset);
    let after = rest(ledger, FeedStart::Beginning, 10).await;
    assert_eq!(after.len(), before.len());
    let handles: Vec<_> = (0..DELIVERIES).map(handle).collect();
    assert_complete(ledger, &after, &handles).await;
}
