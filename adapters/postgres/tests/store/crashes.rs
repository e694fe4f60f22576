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

/// What one task was told, by delivery.
#[derive(Default)]
struct Told {
    committed: Vec<(u32, CommitId, u64)>,
    /// Those of which nobody said what became of them.
    unknown: Vec<(u32, CommitId)>,
}

fn is_passing(error: &StoreError) {
    assert!(error.is_transient(), "{error:?}");
}

/// Counts until it is told to stop, with a charge in every second commit, and says how often it was
/// told of success.
async fn count_on(
    ledger: PostgresLedger,
    number: u32,
    stop: Arc<AtomicBool>,
    acked: Arc<AtomicUsize>,
) -> Told {
    let mut told = Told::default();
    while !stop.load(Ordering::Relaxed) {
        let key = desktop_delivery::ledger::DeliveryKey::Handle(handle(number));
        let delivery = match ledger.load(key).await {
            Ok(delivery) => delivery.expect("it was made"),
            Err(error) => {
                is_passing(&error);
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
                told.committed.push((number, id, revision));
                acked.fetch_add(1, Ordering::Relaxed);
            }
            Ok(CommitOutcome::Stale) => {}
            Ok(full @ CommitOutcome::Full { .. }) => panic!("{full:?}"),
            Err(error) => {
                is_passing(&error);
                told.unknown.push((number, id));
            }
        }
    }
    told
}

/// Kills the server under load, again and again; the nodes stay and go on by themselves.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_acknowledged_is_lost_by_a_crash_of_the_server() {
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
        // Both nodes work again, and have got somewhere.
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
    let mut all = Told::default();
    for task in tasks {
        let told = task.await.unwrap();
        all.committed.extend(told.committed);
        all.unknown.extend(told.unknown);
    }
    assert!(all.unknown.len() >= ROUNDS, "crashes were felt: {}", all.unknown.len());
    let mut counted: HashSet<(u32, u64)> = HashSet::new();
    for (number, id, revision) in &all.committed {
        let found = ledger.committed(handle(*number), *id).await.unwrap();
        assert_eq!(found, Some(*revision), "an acknowledged commit");
        assert!(counted.insert((*number, *revision)), "two were told of one revision");
    }
    for (number, id) in &all.unknown {
        if let Some(revision) = ledger.committed(handle(*number), *id).await.unwrap() {
            assert!(counted.insert((*number, revision)), "two made one revision");
        }
    }
    let (mut commits, mut charged) = (0, 0);
    for number in 0..DELIVERIES {
        let delivery = assert_whole(&ledger, number).await;
        commits += usize::try_from(delivery.revision - 1).unwrap();
        charged += (2..=delivery.revision).filter(|made| (made - 1) % 2 == 0).count();
    }
    assert_eq!(counted.len(), commits, "every count is somebody's");
    // A limit of zero is full, and tells what the counter holds.
    let probe = Charge { counter: counter(7), amount: 1, limit: Some(0), expires_at: None };
    let probe = Change { charges: vec![probe], ..creation(99, "probe") };
    let used = u64::try_from(charged).unwrap();
    let outcome = ledger.commit(probe).await.unwrap();
    assert_eq!(outcome, CommitOutcome::Full { counter: counter(7), used });
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_go_on_after_the_server_was_stopped_and_started() {
    let server = TestServer::start();
    let store = node(&server.url(&server.create_database())).await;
    let ledger = store.ledger();
    create(&ledger, 1).await;
    let at_rest = load(&ledger, 1).await;
    for _ in 0..3 {
        server.stop();
        let key = desktop_delivery::ledger::DeliveryKey::Handle(handle(1));
        is_passing(&ledger.load(key).await.unwrap_err());
        is_passing(&ledger.commit(count(&at_rest)).await.unwrap_err());
        server.start_again();
        // Every kind of connection is made anew, and nobody is told that they were lost.
        assert_eq!(load(&ledger, 1).await, at_rest);
        assert!(ledger.due(crate::support::NOW, 1).await.unwrap().is_empty());
    }
    // Lost without a word, while nothing was under way.
    server.kill();
    server.start_again();
    let outcome = ledger.commit(count(&at_rest)).await.unwrap();
    assert_eq!(outcome, CommitOutcome::Committed { revision: 2 });
    assert_eq!(load(&ledger, 1).await.revision, 2);
}
