use super::support::{On, change, committed, handle, made, record, stored, usage};
use crate::check::Run;
use desktop_delivery::Ledger;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::ledger::{Change, CommitOutcome};
use std::sync::Arc;

/// A change of other parts at each revision: the usage, the record, both, or neither.
fn part(revision: u64) -> Change {
    let mut later = record("2026-00417");
    later.facts.title = format!("On Ice Ages, edition {revision}");
    let used = u32::try_from(revision).unwrap_or(0);
    let change = change(handle(1), Some(revision));
    match revision % 4 {
        1 => Change { usage: Some(usage(used)), ..change },
        2 => Change { record: Some(later), ..change },
        3 => Change { record: Some(later), usage: Some(usage(used)), ..change },
        _ => change,
    }
}

/// Commits a change and returns the delivery that it leaves, without loading it.
async fn commit(ledger: &Arc<dyn Ledger>, before: &Delivery, change: Change) -> Delivery {
    let record = change.record.clone().unwrap_or_else(|| before.record.clone());
    let usage = change.usage.clone().unwrap_or_else(|| before.usage.clone());
    let outcome = ledger.commit(change).await.expect("a commit is answered");
    let revision = before.revision + 1;
    assert_eq!(outcome, CommitOutcome::Committed { revision });
    Delivery::from_parts(before.handle, revision, record, usage)
}

/// Loads a delivery so that the ledger may keep it.
async fn load_to_recall(on: &On) -> Delivery {
    let found = on.adapter.load_to_recall(handle(1)).await.expect("a load is answered");
    found.expect("it is stored")
}

pub(super) async fn a_recalled_delivery_was_committed(on: On, _: Run) {
    let other = on.others().unwrap_or_else(|| Arc::clone(&on.adapter));
    assert_eq!(on.adapter.recall(handle(1)).await, None, "it was never stored");
    let missing = on.adapter.load_to_recall(handle(1)).await.expect("a load is answered");
    assert_eq!(missing, None, "it was never stored");
    committed(&on, made(handle(1), "2026-00417")).await;
    let mut versions = vec![load_to_recall(&on).await];
    for revision in 1..=24 {
        let ledger = if revision % 8 < 4 { &on.adapter } else { &other };
        let version = commit(ledger, &versions[versions.len() - 1], part(revision)).await;
        versions.push(version);
        for is_loaded in [false, revision % 3 == 0] {
            if is_loaded {
                let loaded = load_to_recall(&on).await;
                assert_eq!(loaded, stored(&on, handle(1)).await, "both load the last commit");
                assert_eq!(Some(&loaded), versions.last(), "both load the last commit");
            }
            if let Some(recalled) = on.adapter.recall(handle(1)).await {
                let version = versions.iter().find(|known| known.revision == recalled.revision);
                assert_eq!(Some(&recalled), version, "it was stored like that");
            }
        }
        assert_eq!(on.adapter.recall(handle(2)).await, None, "it was never stored");
    }
}

pub(super) async fn a_commit_on_an_outdated_recall_is_stale(on: On, _: Run) {
    let other = on.others().unwrap_or_else(|| Arc::clone(&on.adapter));
    committed(&on, made(handle(1), "2026-00417")).await;
    for revision in 1..=12 {
        let before = load_to_recall(&on).await;
        let current = commit(&other, &before, part(revision)).await;
        let Some(recalled) = on.adapter.recall(handle(1)).await else { continue };
        if recalled.revision == current.revision {
            assert_eq!(recalled, current, "it is up to date");
            continue;
        }
        let claim = Change { usage: Some(usage(99)), ..change(handle(1), Some(recalled.revision)) };
        let outcome = on.adapter.commit(claim).await.expect("a commit is answered");
        assert_eq!(outcome, CommitOutcome::Stale, "it was decided on an earlier version");
        assert_eq!(stored(&on, handle(1)).await, current, "nothing has changed");
    }
}
