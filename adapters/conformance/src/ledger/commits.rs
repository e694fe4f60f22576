use super::support::{
    NOW, On, agency, change, charged, commit, committed, counter, counter_value, handle, load,
    made, record, reference, stored, usage, used,
};
use crate::check::Run;
use crate::race::race;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::events::{Event, EventKind};
use desktop_delivery::ids::NoticeNo;
use desktop_delivery::ledger::{Change, CommitOutcome, DeliveryKey, OutboxEntry};
use desktop_delivery::{Actor, RequestHandle, StaffId, Timestamp};
use std::sync::Arc;

pub(super) async fn load_returns_none_for_an_unknown_delivery(on: On, _: Run) {
    assert_eq!(load(&on, handle(1)).await, None);
    let unknown = reference("2026-00417");
    let found =
        on.adapter.load(DeliveryKey::Reference(&unknown)).await.expect("the adapter answers");
    assert_eq!(found, None);
    committed(&on, made(handle(1), "2026-00418")).await;
    assert_eq!(load(&on, handle(2)).await, None);
    let found =
        on.adapter.load(DeliveryKey::Reference(&unknown)).await.expect("the adapter answers");
    assert_eq!(found, None);
}

pub(super) async fn a_delivery_loads_as_it_was_committed(on: On, _: Run) {
    for (number, name) in (0..).zip(["2026-00417", "2026-00418", "é'\"%_\u{1F4DA}"]) {
        let mut record = record(name);
        record.due_at = Some(Timestamp::MAX);
        record.as_of = Timestamp::EPOCH;
        record.last_notice = u32::MAX;
        let change = Change {
            record: Some(record.clone()),
            usage: Some(usage(u32::MAX)),
            ..change(handle(number), None)
        };
        committed(&on, change).await;
        let loaded = stored(&on, handle(number)).await;
        assert_eq!(loaded, Delivery::from_parts(handle(number), 1, record, usage(u32::MAX)));
    }
}

pub(super) async fn a_delivery_loads_by_its_reference(on: On, _: Run) {
    // Databases may ignore case and accents, and treat `_` as a wildcard.
    let names = ["2026-00417a", "2026-00417A", "2026-00417á"];
    for (number, name) in (1..).zip(names) {
        committed(&on, made(handle(number), name)).await;
    }
    let stored = (1..).zip(names).map(|(number, name)| (name, Some(handle(number))));
    for (name, expected) in stored.chain([("2026-00417_", None)]) {
        let name = reference(name);
        let found =
            on.adapter.load(DeliveryKey::Reference(&name)).await.expect("the adapter answers");
        assert_eq!(found.map(|delivery| delivery.handle), expected, "{name}");
    }
}

pub(super) async fn many_deliveries_load_in_the_order_of_their_handles(on: On, _: Run) {
    let none = on.adapter.load_many(&[handle(1)]).await.expect("the adapter answers");
    assert_eq!(none, []);
    for number in 1..=3 {
        committed(&on, made(handle(number), &format!("2026-0041{number}"))).await;
    }
    committed(&on, Change { usage: Some(usage(7)), ..change(handle(2), Some(1)) }).await;
    let wanted = [handle(3), handle(9), handle(2), handle(1), handle(2)];
    let loaded = on.adapter.load_many(&wanted).await.expect("the adapter answers");
    let mut expected = Vec::new();
    for number in [3, 2, 1, 2] {
        expected.push(stored(&on, handle(number)).await);
    }
    assert_eq!(loaded, expected, "the second handle is unknown");
    let none = on.adapter.load_many(&[]).await.expect("the adapter answers");
    assert_eq!(none, []);
    // A page of the longest list, most of which is unknown.
    let many: Vec<_> = (1..=1_000).map(handle).collect();
    let loaded = on.adapter.load_many(&many).await.expect("the adapter answers");
    let handles: Vec<_> = loaded.iter().map(|delivery| delivery.handle).collect();
    assert_eq!(handles, [handle(1), handle(2), handle(3)]);
}

pub(super) async fn a_committed_change_is_durable(on: On, _: Run) {
    let first = committed(&on, made(handle(1), "2026-00417")).await;
    committed(&on, Change { usage: Some(usage(3)), ..change(handle(1), Some(first)) }).await;
    let seen =
        on.reopened().load(DeliveryKey::Handle(handle(1))).await.expect("the adapter answers");
    let seen = seen.expect("the acknowledged commit is stored");
    assert_eq!((seen.revision, used(&seen)), (2, 3));
}

pub(super) async fn every_commit_raises_the_revision_by_one(on: On, _: Run) {
    assert_eq!(committed(&on, made(handle(1), "2026-00417")).await, 1);
    for expected in 1..=20 {
        let part = match expected % 3 {
            0 => Change { record: Some(record("2026-00417")), ..change(handle(1), Some(expected)) },
            1 => Change { usage: Some(usage(1)), ..change(handle(1), Some(expected)) },
            // Even a commit that changes neither part counts.
            _ => change(handle(1), Some(expected)),
        };
        assert_eq!(committed(&on, part).await, expected + 1);
        assert_eq!(stored(&on, handle(1)).await.revision, expected + 1);
    }
}

pub(super) async fn an_omitted_part_is_unchanged(on: On, _: Run) {
    let start = Change { usage: Some(usage(4)), ..made(handle(1), "2026-00417") };
    committed(&on, start).await;
    let mut later = record("2026-00417");
    later.facts.title = "On Ice Ages, revised".to_owned();
    committed(&on, Change { record: Some(later.clone()), ..change(handle(1), Some(1)) }).await;
    assert_eq!(used(&stored(&on, handle(1)).await), 4, "the usage is unchanged");
    committed(&on, Change { usage: Some(usage(5)), ..change(handle(1), Some(2)) }).await;
    let both = stored(&on, handle(1)).await;
    assert_eq!(used(&both), 5);
    assert_eq!(both.record, later, "the record is unchanged");
}

/// Checks everything that a rejected change could have written.
async fn assert_rejected(on: &On, rejected: &Change, before: &Delivery, probe: RequestHandle) {
    assert_eq!(
        stored(on, before.handle).await,
        *before,
        "neither part nor the revision has changed"
    );
    let found = on.adapter.committed(rejected.handle, rejected.commit_id).await;
    assert_eq!(found.expect("the adapter answers"), None, "it was not committed");
    let events = on.adapter.events(before.handle, None, 100).await.expect("the adapter answers");
    assert_eq!(events.len(), usize::try_from(before.revision).unwrap_or(0), "no event was written");
    let leases =
        on.adapter.lease(NOW, NOW.plus_seconds(60), 10).await.expect("the adapter answers");
    assert_eq!(leases, [], "no notice was written");
    assert_eq!(counter_value(on, probe, counter(1)).await, 0, "no charge was written");
}

/// A change that writes to every table.
fn change_everything(rejected: Change) -> Change {
    Change {
        usage: Some(usage(9)),
        record: Some(rejected.record.unwrap_or_else(|| record("2026-00417"))),
        outbox: vec![OutboxEntry { notice: NoticeNo::new(1), not_before: NOW }],
        charges: vec![charged(counter(1), 5, None)],
        ..rejected
    }
}

pub(super) async fn a_stale_revision_changes_nothing(on: On, _: Run) {
    committed(&on, made(handle(1), "2026-00417")).await;
    committed(&on, Change { usage: Some(usage(1)), ..change(handle(1), Some(1)) }).await;
    committed(&on, made(handle(7), "probe")).await;
    let before = stored(&on, handle(1)).await;
    for expected in [0, 1, 3, u64::from(u32::MAX)] {
        let rejected = change_everything(change(handle(1), Some(expected)));
        assert_eq!(commit(&on, rejected.clone()).await, CommitOutcome::Stale, "{expected}");
        assert_rejected(&on, &rejected, &before, handle(7)).await;
    }
    let unknown = change_everything(Change {
        record: Some(record("2026-00500")),
        ..change(handle(2), Some(1))
    });
    assert_eq!(commit(&on, unknown).await, CommitOutcome::Stale, "the delivery does not exist");
    assert_eq!(load(&on, handle(2)).await, None);
}

pub(super) async fn a_taken_handle_is_stale(on: On, _: Run) {
    committed(&on, made(handle(1), "2026-00417")).await;
    committed(&on, made(handle(7), "probe")).await;
    let before = stored(&on, handle(1)).await;
    let rejected = change_everything(made(handle(1), "2026-00999"));
    assert_eq!(commit(&on, rejected.clone()).await, CommitOutcome::Stale);
    assert_rejected(&on, &rejected, &before, handle(7)).await;
    let name = reference("2026-00999");
    let found = on.adapter.load(DeliveryKey::Reference(&name)).await.expect("the adapter answers");
    assert_eq!(found, None);
}

pub(super) async fn a_taken_reference_is_stale(on: On, _: Run) {
    committed(&on, made(handle(1), "2026-00417")).await;
    committed(&on, made(handle(7), "probe")).await;
    let before = stored(&on, handle(1)).await;
    let rejected = change_everything(made(handle(2), "2026-00417"));
    assert_eq!(commit(&on, rejected.clone()).await, CommitOutcome::Stale);
    assert_eq!(load(&on, handle(2)).await, None);
    assert_rejected(&on, &rejected, &before, handle(7)).await;
}

pub(super) async fn an_outcome_is_found_by_its_commit_id(on: On, _: Run) {
    let mut ids = Vec::new();
    let first = made(handle(1), "2026-00417");
    ids.push(first.commit_id);
    committed(&on, first).await;
    for expected in 1..=5 {
        let next = change(handle(1), Some(expected));
        ids.push(next.commit_id);
        committed(&on, next).await;
    }
    for (revision, id) in (1..).zip(ids) {
        let found = on.adapter.committed(handle(1), id).await.expect("the adapter answers");
        assert_eq!(found, Some(revision), "also after later commits");
        let elsewhere = on.adapter.committed(handle(2), id).await.expect("the adapter answers");
        assert_eq!(elsewhere, None, "the commit belongs to another delivery");
    }
    let never = change(handle(1), Some(6)).commit_id;
    assert_eq!(on.adapter.committed(handle(1), never).await.expect("the adapter answers"), None);
}

pub(super) async fn one_of_parallel_commits_wins(on: On, run: Run) {
    committed(&on, made(handle(1), "2026-00417")).await;
    for expected in 1..=10 {
        let outcomes = race(&run, 32, |number| {
            let adapter = Arc::clone(&on.adapter);
            let used = u32::try_from(number).unwrap_or(0);
            let next = Change { usage: Some(usage(used)), ..change(handle(1), Some(expected)) };
            Box::pin(
                async move { (used, adapter.commit(next).await.expect("the adapter answers")) },
            )
        });
        let won: Vec<_> = outcomes
            .iter()
            .filter(|(_, outcome)| matches!(outcome, CommitOutcome::Committed { .. }))
            .collect();
        assert_eq!(won.len(), 1, "at revision {expected}");
        let now = stored(&on, handle(1)).await;
        assert_eq!((now.revision, used(&now)), (expected + 1, won[0].0), "the winner is stored");
    }
}

pub(super) async fn a_dropped_commit_is_complete_or_absent(on: On, _: Run) {
    committed(&on, made(handle(1), "2026-00417")).await;
    committed(&on, made(handle(7), "probe")).await;
    let staff = Actor::staff(agency("CA-OTU"), StaffId::new("s-17").expect("a valid id"));
    for round in 1..=12_u32 {
        let before = stored(&on, handle(1)).await;
        let charges_before = counter_value(&on, handle(7), counter(2)).await;
        let dropped = Change {
            usage: Some(usage(round)),
            events: vec![Event::new(NOW, staff.clone(), EventKind::Reordered); 2],
            charges: vec![charged(counter(2), 1, None)],
            ..change(handle(1), Some(before.revision))
        };
        let id = dropped.commit_id;
        // Polls the commit a few times and then drops it.
        {
            let mut future = on.adapter.commit(dropped);
            for _ in 0..round % 4 {
                if futures_util::poll!(&mut future).is_ready() {
                    break;
                }
            }
        }
        // This commit is ordered before or after the dropped one.
        let mut tries = 0;
        let after = loop {
            let now = stored(&on, handle(1)).await;
            match commit(&on, change(handle(1), Some(now.revision))).await {
                CommitOutcome::Committed { .. } => break stored(&on, handle(1)).await,
                _ => tries += 1,
            }
            assert!(tries < 100, "a dropped commit must not block others");
        };
        let happened =
            on.adapter.committed(handle(1), id).await.expect("the adapter answers").is_some();
        let charged = counter_value(&on, handle(7), counter(2)).await - charges_before;
        let expected = if happened { (round, 1, 2) } else { (used(&before), 0, 1) };
        let commits = after.revision - before.revision;
        assert_eq!((used(&after), charged, commits), expected, "complete or absent");
    }
}
