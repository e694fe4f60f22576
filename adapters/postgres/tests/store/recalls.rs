//! What a node recalls of the deliveries that it has loaded.

use crate::support::{SERVER, address, count, counter, create, creation, handle, load, node};
use desktop_delivery::Ledger;
use desktop_delivery::ledger::{Change, CommitOutcome, LedgerSnapshot};
use desktop_delivery_postgres::PostgresLedger;

/// Loads a delivery twice: the first load may open a connection, which clears what was kept.
async fn keep(ledger: &PostgresLedger, number: u32) {
    load(ledger, number).await;
    load(ledger, number).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_recalls_what_it_loaded_and_committed() {
    let ledger = node(&address()).await.ledger();
    create(&ledger, 1).await;
    assert_eq!(ledger.recall(handle(1)).await, None, "it was not loaded");
    keep(&ledger, 1).await;
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
    keep(&one, 1).await;
    other.commit(count(&load(&other, 1).await)).await.unwrap();
    let outdated = one.recall(handle(1)).await.expect("it was loaded");
    assert_eq!(outdated.revision, 1);
    assert_eq!(one.commit(count(&outdated)).await.unwrap(), CommitOutcome::Stale);
    assert_eq!(one.recall(handle(1)).await, None, "it is known to be outdated");
    assert_eq!(load(&one, 1).await.revision, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_recalled_from_before_a_restore_or_a_new_connection() {
    let address = address();
    let ledger = node(&address).await.ledger();
    create(&ledger, 1).await;
    let copies = ledger.copies(None, 10).await.unwrap();
    keep(&ledger, 1).await;
    assert!(ledger.recall(handle(1)).await.is_some());
    ledger.store_copies(copies).await.unwrap();
    assert_eq!(ledger.recall(handle(1)).await, None);
    keep(&ledger, 1).await;
    let database = address.rsplit('/').next().unwrap();
    SERVER.run_sql(
        "postgres",
        &format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
            database.split('?').next().unwrap()
        ),
    );
    // Reads of something else find the connections gone, and open another.
    while ledger.counter(counter(1)).await.is_err() {}
    assert_eq!(ledger.recall(handle(1)).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_recalled_is_bounded_and_not_shown() {
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
    // 16 MiB hold fewer than 168 records of 100 kB.
    assert!((100..168).contains(&recalled), "{recalled}");
    assert!(!format!("{ledger:?}").contains("Eels"));
}
