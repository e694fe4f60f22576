//! What a node recalls of the deliveries that it has loaded.

use crate::support::{address, count, counter, create, creation, handle, node};
use desktop_delivery::Ledger;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::ledger::{Change, CommitOutcome, LedgerSnapshot};
use desktop_delivery_postgres::PostgresLedger;
use desktop_delivery_postgres_testing::TestServer;

/// Loads a delivery for a page, so that it can be recalled.
async fn load(ledger: &PostgresLedger, number: u32) -> Delivery {
    let loaded = ledger.load_to_recall(handle(number)).await.expect("load");
    loaded.expect("the delivery exists")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_recalls_what_it_loaded_and_committed() {
    let ledger = node(&address()).await.ledger();
    create(&ledger, 1).await;
    assert_eq!(ledger.recall(handle(1)).await, None, "it was not loaded");
    load(&ledger, 1).await;
    for revision in 2..=4 {
        let recalled = ledger.recall(handle(1)).await.expect("it was loaded");
        let outcome = ledger.commit(count(&recalled)).await.unwrap();
        assert_eq!(outcome, CommitOutcome::Committed { revision });
    }
    // A commit of the record, in the other lane.
    let recalled = ledger.recall(handle(1)).await.unwrap();
    let revised = creation(1, "On the Migration of Eels, revised").record;
    let revised = Change { record: revised, ..count(&recalled) };
    ledger.commit(revised).await.unwrap();
    let recalled = ledger.recall(handle(1)).await;
    assert_eq!(recalled, Some(load(&ledger, 1).await));
    assert_eq!(recalled.unwrap().revision, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_commit_of_another_node_makes_a_recall_stale() {
    let address = address();
    let (one, other) = (node(&address).await.ledger(), node(&address).await.ledger());
    create(&one, 1).await;
    load(&one, 1).await;
    other.commit(count(&load(&other, 1).await)).await.unwrap();
    let outdated = one.recall(handle(1)).await.expect("it was loaded");
    assert_eq!(outdated.revision, 1);
    assert_eq!(one.commit(count(&outdated)).await.unwrap(), CommitOutcome::Stale);
    assert_eq!(one.recall(handle(1)).await, None, "it is known to be outdated");
    assert_eq!(load(&one, 1).await.revision, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_recalled_from_before_a_restore_or_a_restart() {
    let server = TestServer::start();
    let ledger = node(&server.url(&server.create_database())).await.ledger();
    create(&ledger, 1).await;
    let copies = ledger.snapshots(None, 10).await.unwrap();
    load(&ledger, 1).await;
    assert!(ledger.recall(handle(1)).await.is_some());
    ledger.store_snapshots(copies).await.unwrap();
    assert_eq!(ledger.recall(handle(1)).await, None, "it may have been replaced");
    load(&ledger, 1).await;
    assert!(ledger.recall(handle(1)).await.is_some());
    server.stop();
    server.start_again();
    // A read of something else finds the connections gone, and opens another.
    while ledger.counter(counter(1)).await.is_err() {}
    assert_eq!(ledger.recall(handle(1)).await, None, "the server may be another");
    load(&ledger, 1).await;
    assert!(ledger.recall(handle(1)).await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn recalls_are_bounded_and_hidden_from_debug_output() {
    let ledger = node(&address()).await.ledger();
    let title = "On the Migration of Eels ".repeat(4_000);
    for number in 1..=300 {
        ledger.commit(creation(number, &title)).await.unwrap();
        load(&ledger, number).await;
    }
    let mut recalled = 0;
    for number in 1..=300 {
        recalled += u32::from(ledger.recall(handle(number)).await.is_some());
    }
    // 32 MiB hold fewer than 168 records of 100 kB, which count twice.
    assert!((100..168).contains(&recalled), "{recalled}");
    assert!(!format!("{ledger:?}").contains("Eels"));
}

/// The node has not used its connections since the server was replaced by one that lacks its last
/// commit, as an asynchronous standby may.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_first_commit_after_a_failover_is_not_decided_on_what_was_lost() {
    let server = TestServer::start();
    let address = server.url(&server.create_database());
    let idle = node(&address).await.ledger();
    create(&idle, 1).await;
    let standby = idle.snapshots(None, 10).await.unwrap();
    idle.commit(count(&load(&idle, 1).await)).await.unwrap();
    assert_eq!(load(&idle, 1).await.revision, 2);
    server.stop();
    server.start_again();
    let other = node(&address).await.ledger();
    other.store_snapshots(standby).await.unwrap();
    let mut change = count(&load(&other, 1).await);
    change.usage.as_mut().unwrap().last_claim = 5;
    assert_eq!(other.commit(change).await.unwrap(), CommitOutcome::Committed { revision: 2 });
    // The lost connections may take a failed commit or more.
    while let Some(recalled) = idle.recall(handle(1)).await {
        match idle.commit(count(&recalled)).await {
            Ok(outcome) => assert_eq!(outcome, CommitOutcome::Stale),
            Err(error) => eprintln!("{error}"),
        }
    }
    assert_eq!(load(&other, 1).await.usage.last_claim, 5);
}
