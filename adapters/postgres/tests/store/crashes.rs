use crate::support::{assert_whole, count, counter, create, creation, handle, load, node};
use desktop_delivery::ids::CommitId;
use desktop_delivery::ledger::{Change, Charge, CommitOutcome};
use desktop_delivery::{Ledger, StoreError};
use desktop_delivery_postgres::PostgresLedger;
use desktop_delivery_postgres_testing::TestServer;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const ROUNDS: usize = 6;
const DELIVERIES: u32 = 4;

/// The outcomes that one task received, by delivery.
#[derive(Default)]
struct Outcomes {
    committed: Vec<(u32, CommitId, u64)>,
    /// Commits whose outcome is unknown.
    unknown: Vec<(u32, CommitId)>,
}

fn assert_transient(error: &StoreError) {
    assert!(error.is_transient(), "{error:?}");
}

/// Increments deliveries until `stop` is set, with a charge in every second commit, and records how
/// often a commit succeeded.
async fn count_on(
    ledger: PostgresLedger,
    number: u32,
    stop: Arc<AtomicBool>,
    acked: Arc<AtomicUsize>,
) -> Outcomes {
    let mut outcomes = Outcomes::default();
    while !stop.load(Ordering::Relaxed) {
        let key = desktop_delivery::ledger::DeliveryKey::Handle(handle(number));
        let delivery = match ledger.load(key).await {
            Ok(delivery) => delivery.expect("it was made"),
            Err(error) => {
                assert_transient(&error);
                tokio::time::sleep(Duration::from_millis(5)).await;
                continue;
            }
        };
        let charge = Charge { counter: counter(7), amount: 1, limit: None, expires_at: None };
        let charges = if delivery.revision % 2 == 0 { vec![charge] } else { Vec::new() };
        let change = Change { charges, ..count(&delivery) };
        let id = change.commit_id;
        match ledger.commit(change).await {
            Ok(CommitOutcome::Committed { revision }) => {
                outcomes.committed.push((number, id, revision));
                acked.fetch_add(1, Ordering::Relaxed);
            }
            Ok(CommitOutcome::Stale) => {}
            Ok(other) => panic!("{other:?}"),
            Err(error) => {
                assert_transient(&error);
                outcomes.unknown.push((number, id));
            }
        }
    }
    outcomes
}

/// Repeatedly kills the server under load; the nodes keep running and recover on their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_crash_loses_no_acknowledged_commit() {
    let server = Arc::new(TestServer::start());
    let address = server.url(&server.create_database());
    let nodes = [node(&address).await, node(&address).await];
    let ledger = nodes[0].ledger();
    for number in 0..DELIVERIES {
        create(&ledger, number).await;
    }
    let (stop, acked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..16)
        .map(|task: u32| {
            let ledger = nodes[task as usize % 2].ledger();
            let (stop, acked) = (Arc::clone(&stop), Arc::clone(&acked));
            tokio::spawn(count_on(ledger, task % DELIVERIES, stop, acked))
        })
        .collect();
    for round in 0..ROUNDS {
        // Both nodes work again and have made progress.
        let enough = acked.load(Ordering::Relaxed) + 40 + round * 37 % 100;
        while acked.load(Ordering::Relaxed) < enough {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let server = Arc::clone(&server);
        let crash = move || {
            server.kill();
            server.start_again();
        };
        tokio::task::spawn_blocking(crash).await.unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    let mut all = Outcomes::default();
    for task in tasks {
        let outcomes = task.await.unwrap();
        all.committed.extend(outcomes.committed);
        all.unknown.extend(outcomes.unknown);
    }
    assert!(all.unknown.len() >= ROUNDS, "commits with an unknown outcome: {}", all.unknown.len());
    let mut counted: HashSet<(u32, u64)> = HashSet::new();
    for (number, id, revision) in &all.committed {
        let found = ledger.committed(handle(*number), *id).await.unwrap();
        assert_eq!(found, Some(*revision), "an acknowledged commit");
        assert!(counted.insert((*number, *revision)), "one revision was acknowledged twice");
    }
    for (number, id) in &all.unknown {
        if let Some(revision) = ledger.committed(handle(*number), *id).await.unwrap() {
            assert!(counted.insert((*number, revision)), "one revision was created twice");
        }
    }
    let (mut commits, mut charged) = (0, 0);
    for number in 0..DELIVERIES {
        let delivery = assert_whole(&ledger, number).await;
        commits += usize::try_from(delivery.revision - 1).unwrap();
        charged += (2..=delivery.revision).filter(|made| (made - 1) % 2 == 0).count();
    }
    assert_eq!(counted.len(), commits, "every increment belongs to one commit");
    // A limit of zero is always full, and the refusal reports the counter's value.
    let probe = Charge { counter: counter(7), amount: 1, limit: Some(0), expires_at: None };
    let probe = Change { charges: vec![probe], ..creation(99, "probe") };
    let used = u64::try_from(charged).unwrap();
    let outcome = ledger.commit(probe).await.unwrap();
    assert_eq!(outcome, CommitOutcome::Full { counter: counter(7), used });
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_reconnect_after_a_server_restart() {
    let server = TestServer::start();
    let store = node(&server.url(&server.create_database())).await;
    let ledger = store.ledger();
    create(&ledger, 1).await;
    let at_rest = load(&ledger, 1).await;
    for _ in 0..3 {
        server.stop();
        let key = desktop_delivery::ledger::DeliveryKey::Handle(handle(1));
        assert_transient(&ledger.load(key).await.unwrap_err());
        assert_transient(&ledger.commit(count(&at_rest)).await.unwrap_err());
        server.start_again();
        // Every kind of connection is reopened, and no caller sees an error.
        assert_eq!(load(&ledger, 1).await, at_rest);
        assert!(ledger.due(crate::support::NOW, 1).await.unwrap().is_empty());
    }
    // Connections lost silently while idle.
    server.kill();
    server.start_again();
    // For all the node knows, this is another server, with other deliveries.
    assert_eq!(ledger.commit(count(&at_rest)).await.unwrap(), CommitOutcome::Stale);
    let outcome = ledger.commit(count(&load(&ledger, 1).await)).await.unwrap();
    assert_eq!(outcome, CommitOutcome::Committed { revision: 2 });
    assert_eq!(load(&ledger, 1).await.revision, 2);
}
