use super::support::{
    On, change, charged, commit, committed, counter, counter_value, handle, made, stored, usage,
    used,
};
use crate::check::Run;
use crate::race::race;
use desktop_delivery::ledger::{Change, CommitOutcome};
use std::sync::Arc;

pub(super) async fn a_counter_counts_every_charge_of_a_change(on: On, _: Run) {
    let charges = vec![
        charged(counter(2), 4, Some(10)),
        charged(counter(1), 1, None),
        charged(counter(2), 5, Some(10)),
        charged(counter(2), -3, None),
    ];
    committed(&on, Change { charges, ..made(handle(1), "2026-00417") }).await;
    assert_eq!(counter_value(&on, handle(1), counter(2)).await, 6);
    assert_eq!(counter_value(&on, handle(1), counter(1)).await, 1);
    assert_eq!(
        counter_value(&on, handle(1), counter(3)).await,
        0,
        "a counter that was never charged"
    );
    let big = i64::MAX;
    let charges = vec![charged(counter(4), big, None), charged(counter(5), 1, None)];
    committed(&on, Change { charges, ..change(handle(1), Some(1)) }).await;
    assert_eq!(counter_value(&on, handle(1), counter(4)).await, u64::try_from(big).unwrap_or(0));
}

pub(super) async fn a_counter_reads_as_it_was_charged(on: On, _: Run) {
    let read = async |no| on.adapter.counter(counter(no)).await.expect("the adapter answers");
    assert_eq!(read(1).await, 0, "a counter that was never charged");
    let charges = vec![charged(counter(1), 4, Some(10)), charged(counter(2), 7, None)];
    committed(&on, Change { charges, ..made(handle(1), "2026-00417") }).await;
    assert_eq!((read(1).await, read(2).await), (4, 7));
    let charges = vec![charged(counter(1), -1, None), charged(counter(2), -7, None)];
    committed(&on, Change { charges, ..change(handle(1), Some(1)) }).await;
    assert_eq!((read(1).await, read(2).await), (3, 0));
    let charges = vec![charged(counter(1), 8, Some(10))];
    let outcome = commit(&on, Change { charges, ..change(handle(1), Some(2)) }).await;
    assert!(matches!(outcome, CommitOutcome::Full { .. }), "expected a full counter: {outcome:?}");
    assert_eq!(read(1).await, 3, "a refused charge counts nothing");
}

pub(super) async fn a_full_counter_changes_nothing(on: On, _: Run) {
    let charges = vec![charged(counter(1), 3, Some(3)), charged(counter(3), 1, None)];
    committed(&on, Change { charges, ..made(handle(1), "2026-00417") }).await;
    let before = stored(&on, handle(1)).await;
    let attempts = [
        // The second counter in key order is full, regardless of the order of the charges.
        vec![charged(counter(3), 1, None), charged(counter(1), 1, Some(3))],
        vec![charged(counter(1), 1, Some(3)), charged(counter(0), 7, None)],
        // Too much together, although each charge alone would fit.
        vec![
            charged(counter(1), -1, None),
            charged(counter(1), 1, Some(3)),
            charged(counter(1), 1, Some(3)),
        ],
    ];
    for charges in attempts {
        let rejected = Change { usage: Some(usage(9)), charges, ..change(handle(1), Some(1)) };
        let outcome = commit(&on, rejected.clone()).await;
        assert!(
            matches!(outcome, CommitOutcome::Full { counter: full, .. } if full == counter(1)),
            "expected the full counter, not {outcome:?}"
        );
        assert_eq!(stored(&on, handle(1)).await, before);
        let found = on.adapter.committed(handle(1), rejected.commit_id).await;
        assert_eq!(found.expect("the adapter answers"), None);
    }
    assert_eq!(counter_value(&on, handle(1), counter(1)).await, 3);
    assert_eq!(counter_value(&on, handle(1), counter(0)).await, 0);
    assert_eq!(counter_value(&on, handle(1), counter(3)).await, 1);
    // Reaching the limit exactly does not exceed it.
    let charges = vec![charged(counter(1), 2, Some(5))];
    committed(&on, Change { charges, ..change(handle(1), Some(1)) }).await;
    assert_eq!(counter_value(&on, handle(1), counter(1)).await, 5);
}

pub(super) async fn refunds_stop_at_zero(on: On, _: Run) {
    let charges = vec![charged(counter(1), 3, None)];
    committed(&on, Change { charges, ..made(handle(1), "2026-00417") }).await;
    for (expected, amount, left) in
        [(1, -2, 1), (2, -5, 0), (3, -1, 0), (4, i64::MIN, 0), (5, 2, 2)]
    {
        let charges = vec![charged(counter(1), amount, None)];
        committed(&on, Change { charges, ..change(handle(1), Some(expected)) }).await;
        assert_eq!(counter_value(&on, handle(1), counter(1)).await, left, "after {amount}");
    }
    // Limits apply to positive charges only: a refund always fits.
    let charges = vec![charged(counter(1), -1, Some(0))];
    committed(&on, Change { charges, ..change(handle(1), Some(6)) }).await;
    assert_eq!(counter_value(&on, handle(1), counter(1)).await, 1);
}

pub(super) async fn parallel_charges_never_pass_the_limit(on: On, run: Run) {
    const REQUESTS: u64 = 48;
    for number in 0..REQUESTS {
        committed(&on, made(handle(number), &format!("2026-{number:05}"))).await;
    }
    for (round, limit) in (1..).zip([1_u64, 5, 20]) {
        let key = counter(10 + u8::try_from(round).unwrap_or(0));
        let outcomes = race(&run, 48, |number| {
            let adapter = Arc::clone(&on.adapter);
            let own = handle(u64::try_from(number).unwrap_or(0));
            let charges = vec![charged(key, 1, Some(limit))];
            Box::pin(async move {
                let found = adapter.load(desktop_delivery::ledger::DeliveryKey::Handle(own)).await;
                let delivery = found.expect("the adapter answers").expect("it is stored");
                let next = Change {
                    usage: Some(usage(delivery.usage.last_claim + 1)),
                    charges,
                    ..change(own, Some(delivery.revision))
                };
                adapter.commit(next).await.expect("the adapter answers")
            })
        });
        let granted =
            outcomes.iter().filter(|outcome| matches!(outcome, CommitOutcome::Committed { .. }));
        assert_eq!(u64::try_from(granted.count()), Ok(limit), "round {round}");
        assert_eq!(counter_value(&on, handle(0), key).await, limit);
        for outcome in outcomes {
            if let CommitOutcome::Full { used, .. } = outcome {
                assert_eq!(used, limit, "what is used when it is full");
            }
        }
    }
    let mut sum = 0;
    for number in 0..REQUESTS {
        sum += used(&stored(&on, handle(number)).await);
    }
    assert_eq!(sum, 26, "each grant is stored with its charge");
}
