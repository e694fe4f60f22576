use super::support::{NOW, On, change, commit, committed, handle, made, stored};
use crate::check::Run;
use crate::race::race;
use desktop_delivery::Timestamp;
use desktop_delivery::ids::NoticeNo;
use desktop_delivery::ledger::{Change, CommitOutcome, Lease, OutboxEntry, Settlement};
use std::collections::HashSet;
use std::sync::Arc;

fn entry(notice: u32, seconds: i64) -> OutboxEntry {
    OutboxEntry { notice: NoticeNo::new(notice), not_before: NOW.plus_seconds(seconds) }
}

async fn lease(on: &On, now: Timestamp, limit: usize) -> Vec<Lease> {
    let leases = on.adapter.lease(now, now.plus_seconds(60), limit).await;
    leases.expect("the adapter answers")
}

fn named(leases: &[Lease]) -> Vec<(u64, u32)> {
    let number = |lease: &Lease| u64::MAX - u64::from_be_bytes(lease.handle.to_bytes());
    leases.iter().map(|lease| (number(lease), lease.notice.get())).collect()
}

async fn settle(on: &On, lease: Lease, retry_at: Option<Timestamp>) -> CommitOutcome {
    let revision = stored(on, lease.handle).await.revision;
    let settle = vec![Settlement { lease, retry_at }];
    commit(on, Change { settle, ..change(lease.handle, Some(revision)) }).await
}

pub(super) async fn a_notice_is_leased_when_due(on: On, _: Run) {
    let outbox = vec![entry(1, 10), entry(2, 0), entry(3, -10)];
    committed(&on, Change { outbox, ..made(handle(1), "2026-00417") }).await;
    assert_eq!(named(&lease(&on, NOW, 10).await), [(1, 3), (1, 2)], "longest due first");
    assert_eq!(named(&lease(&on, NOW.plus_seconds(9), 10).await), []);
    let later = lease(&on, NOW.plus_seconds(10), 10).await;
    assert_eq!(named(&later), [(1, 1)], "due at exactly this time");
    // After a failed attempt, the notice is due at the retry time.
    let retry_at = NOW.plus_seconds(500);
    let outcome = settle(&on, later[0], Some(retry_at)).await;
    assert!(matches!(outcome, CommitOutcome::Committed { .. }));
    let before: Vec<_> = named(&lease(&on, NOW.plus_seconds(499), 10).await);
    assert!(!before.contains(&(1, 1)), "not before {retry_at}");
    let after = on.adapter.lease(retry_at, retry_at.plus_seconds(9), 10).await;
    assert!(named(&after.expect("the adapter answers")).contains(&(1, 1)));
}

pub(super) async fn a_notice_is_leased_once_at_a_time(on: On, run: Run) {
    for number in 0..10 {
        let outbox = vec![entry(1, 0), entry(2, 0)];
        committed(&on, Change { outbox, ..made(handle(number), &format!("2026-{number:05}")) })
            .await;
    }
    let leases = race(&run, 16, |_| {
        let adapter = Arc::clone(&on.adapter);
        Box::pin(async move {
            let leases = adapter.lease(NOW, NOW.plus_seconds(60), 3).await;
            let leases = leases.expect("the adapter answers");
            assert!(leases.len() <= 3, "a lease exceeds its limit");
            leases
        })
    });
    let leases: Vec<Lease> = leases.into_iter().flatten().collect();
    let distinct: HashSet<_> = named(&leases).into_iter().collect();
    assert_eq!((leases.len(), distinct.len()), (20, 20), "every notice exactly once");
    assert_eq!(lease(&on, NOW.plus_seconds(59), 10).await, [], "all are leased");
}

pub(super) async fn an_expired_lease_is_leased_again(on: On, _: Run) {
    committed(&on, Change { outbox: vec![entry(1, 0)], ..made(handle(1), "2026-00417") }).await;
    let first = lease(&on, NOW, 1).await;
    assert_eq!(lease(&on, NOW.plus_seconds(59), 1).await, []);
    let second = lease(&on, NOW.plus_seconds(60), 1).await;
    assert_eq!(named(&second), [(1, 1)], "at the end of the lease");
    assert!(second[0].fence > first[0].fence, "fences grow");
}

pub(super) async fn a_superseded_lease_cannot_settle(on: On, _: Run) {
    committed(&on, Change { outbox: vec![entry(1, 0)], ..made(handle(1), "2026-00417") }).await;
    let first = lease(&on, NOW, 1).await[0];
    let second = lease(&on, NOW.plus_seconds(60), 1).await[0];
    let before = stored(&on, handle(1)).await;
    for retry_at in [None, Some(NOW)] {
        assert_eq!(settle(&on, first, retry_at).await, CommitOutcome::Stale);
        assert_eq!(stored(&on, handle(1)).await, before, "nothing else of the change is written");
    }
    assert_eq!(lease(&on, NOW.plus_seconds(119), 1).await, [], "the second lease is still held");
    assert!(matches!(settle(&on, second, None).await, CommitOutcome::Committed { .. }));
    assert_eq!(settle(&on, second, None).await, CommitOutcome::Stale, "a notice is settled once");
}

pub(super) async fn a_settled_notice_is_gone(on: On, _: Run) {
    let outbox = vec![entry(1, 0), entry(2, 0)];
    committed(&on, Change { outbox, ..made(handle(1), "2026-00417") }).await;
    let leases = lease(&on, NOW, 10).await;
    let first = leases
        .iter()
        .find(|lease| lease.notice == NoticeNo::new(1))
        .copied()
        .expect("it is leased");
    assert!(matches!(settle(&on, first, None).await, CommitOutcome::Committed { .. }));
    let later = lease(&on, NOW.plus_seconds(10_000), 10).await;
    assert_eq!(named(&later), [(1, 2)], "only the other notice is leased again");
}
