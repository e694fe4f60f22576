use crate::support::{SERVER, count, create, handle, load, node};
use desktop_delivery::events::{FeedPosition, FeedStart};
use desktop_delivery::ledger::{CommitOutcome, DeliveryKey, FeedOutcome, FeedRow, FeedRows};
use desktop_delivery::{Ledger, RequestHandle, StoreError};
use desktop_delivery_postgres::PostgresLedger;
use desktop_delivery_postgres_testing::TestServer;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::timeout;
use tokio_postgres::NoTls;

const WRITERS: u32 = 8;
const COMMITS: u64 = 1_250;

async fn page(ledger: &PostgresLedger, start: FeedStart, limit: usize) -> FeedRows {
    match ledger.events_since(start, limit).await.unwrap() {
        FeedOutcome::Page(page) => page,
        FeedOutcome::Reset => panic!("{start:?} is a reset"),
    }
}

async fn all(ledger: &PostgresLedger) -> Vec<FeedRow> {
    page(ledger, FeedStart::Beginning, usize::MAX).await.rows
}

/// Asserts that the rows have every event of these requests once, in order.
async fn assert_complete(ledger: &PostgresLedger, rows: &[FeedRow], numbers: u32) {
    assert!(rows.is_sorted_by(|one, next| one.position < next.position));
    let mut fed: HashMap<RequestHandle, Vec<_>> = HashMap::new();
    for row in rows {
        fed.entry(row.recorded.handle).or_default().push(row.recorded.clone());
    }
    for number in 0..numbers {
        let history = ledger.events(handle(number), None, usize::MAX).await.unwrap();
        assert!(fed.remove(&handle(number)) == Some(history), "the events of request {number}");
    }
    assert!(fed.is_empty(), "events of no request");
}

/// Opens a transaction that has written something and stays open until the client is dropped.
async fn foreign_transaction(address: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("CREATE TABLE IF NOT EXISTS public.loans (id integer)").await.unwrap();
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ; INSERT INTO public.loans VALUES (1)";
    client.batch_execute(begin).await.unwrap();
    client
}

/// Commits until the request has `COMMITS` more revisions, whatever fails in between.
async fn write(ledger: PostgresLedger, number: u32) {
    let key = DeliveryKey::Handle(handle(number));
    loop {
        let Ok(Some(delivery)) = ledger.load(key).await else {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        if delivery.revision > COMMITS {
            return;
        }
        match ledger.commit(count(&delivery)).await {
            Ok(CommitOutcome::Committed { .. } | CommitOutcome::Stale) => {}
            Ok(other) => panic!("{other:?}"),
            Err(error) => assert!(error.is_transient(), "{error:?}"),
        }
    }
}

/// Reads the feed from `start` until the writers have ended and no more events follow.
async fn follow(
    ledger: PostgresLedger,
    mut start: FeedStart,
    limit: usize,
    writing: Arc<AtomicUsize>,
) -> Vec<FeedRow> {
    let mut rows = Vec::new();
    loop {
        let is_last = writing.load(Ordering::SeqCst) == 0;
        let outcome: Result<FeedOutcome, StoreError> = ledger.events_since(start, limit).await;
        match outcome {
            Ok(FeedOutcome::Page(page)) => {
                start = FeedStart::After(page.end);
                rows.extend(page.rows);
                if is_last && !page.more {
                    return rows;
                }
            }
            Ok(FeedOutcome::Reset) => panic!("{start:?} is a reset"),
            Err(error) => {
                assert!(error.is_transient(), "{error:?}");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

/// Eight writers on two nodes make 10,000 commits while readers follow from different events, other
/// programs hold transactions open, connections are cut and the server crashes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_event_is_read_once_whatever_happens() {
    let server = Arc::new(TestServer::start());
    let database = server.create_database();
    let address = server.url(&database);
    let nodes = [node(&address).await, node(&address).await];
    let ledger = nodes[0].ledger();
    for number in 0..WRITERS {
        create(&ledger, number).await;
    }
    let foreign = foreign_transaction(&address).await;
    let writing = Arc::new(AtomicUsize::new(WRITERS as usize));
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let (ledger, writing) = (nodes[number as usize % 2].ledger(), Arc::clone(&writing));
            tokio::spawn(async move {
                write(ledger, number).await;
                writing.fetch_sub(1, Ordering::SeqCst);
            })
        })
        .collect();
    let mut readers = Vec::new();
    for number in 0..4 {
        let reader = nodes[number % 2].ledger();
        let start = match number {
            0 => FeedStart::Beginning,
            _ => FeedStart::After(page(&reader, FeedStart::Latest, 0).await.end),
        };
        let limit = [7, 1_000, 50, 200][number];
        readers.push(tokio::spawn(follow(reader, start, limit, Arc::clone(&writing))));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE application_name = 'desktop-delivery'";
    for _ in 0..3 {
        let (server, database) = (Arc::clone(&server), database.clone());
        tokio::task::spawn_blocking(move || server.run_sql(&database, cut)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    drop(foreign);
    let crash = Arc::clone(&server);
    tokio::task::spawn_blocking(move || {
        crash.kill();
        crash.start_again();
    })
    .await
    .unwrap();
    let _foreign = foreign_transaction(&address).await;
    for writer in writers {
        writer.await.unwrap();
    }
    let all = all(&ledger).await;
    assert_eq!(all.len() as u64, u64::from(WRITERS) * (COMMITS + 1));
    assert_complete(&ledger, &all, WRITERS).await;
    for reader in readers {
        let rows = reader.await.unwrap();
        let since = all.len() - rows.len();
        assert!(rows == all[since..], "a reader gets every event from its start once");
        assert!(!rows.is_empty());
    }
}

/// A transaction of another program does not delay events, and what it keeps from being cleaned up
/// makes reading no slower.
#[tokio::test(flavor = "multi_thread")]
async fn events_are_visible_at_once_beside_a_foreign_transaction() {
    let address = SERVER.url(&SERVER.create_database());
    let ledger = node(&address).await.ledger();
    create(&ledger, 0).await;
    let mut start = FeedStart::After(page(&ledger, FeedStart::Latest, 0).await.end);
    let _foreign = foreign_transaction(&address).await;
    for round in 1..=300 {
        let outcome = ledger.commit(count(&load(&ledger, 0).await)).await.unwrap();
        assert_eq!(outcome, CommitOutcome::Committed { revision: round + 1 });
        let next = timeout(Duration::from_secs(1), page(&ledger, start, 10)).await;
        let next = next.expect("the event is visible within a second");
        assert_eq!(next.rows.len(), 1, "round {round}");
        assert_eq!(next.rows[0].recorded.position.revision, round + 1);
        start = FeedStart::After(next.end);
    }
}

/// One of our own transactions that hangs before its commit delays only its own events.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_commit_delays_only_its_own_events() {
    let address = SERVER.url(&SERVER.create_database());
    let ledger = node(&address).await.ledger();
    create(&ledger, 0).await;
    create(&ledger, 1).await;
    let (slow, connection) = tokio_postgres::connect(&address, NoTls).await.unwrap();
    tokio::spawn(connection);
    slow.batch_execute(
        "SET search_path = desktop_delivery; BEGIN;
        UPDATE request_usage SET revision = 2 WHERE revision = 1
            AND handle = (SELECT handle FROM requests WHERE reference = '2026-00000');
        INSERT INTO events (handle, revision, place, at, actor, detail, commit_id)
        SELECT handle, 2, 0, at, actor, detail, decode(md5('slow'), 'hex') FROM events
        WHERE handle = (SELECT handle FROM requests WHERE reference = '2026-00000')",
    )
    .await
    .unwrap();
    let mut start = FeedStart::After(page(&ledger, FeedStart::Latest, 0).await.end);
    for revision in 2..=5 {
        ledger.commit(count(&load(&ledger, 1).await)).await.unwrap();
        let next = page(&ledger, start, 10).await;
        assert_eq!(next.rows.len(), 1);
        assert_eq!(next.rows[0].recorded.position.revision, revision);
        start = FeedStart::After(next.end);
    }
    slow.batch_execute("COMMIT").await.unwrap();
    let next = page(&ledger, start, 10).await;
    assert_eq!(next.rows.len(), 1);
    assert_eq!(next.rows[0].recorded.handle, handle(0));
    assert_complete(&ledger, &all(&ledger).await, 2).await;
}

/// Transaction ids of one database mean nothing in another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_was_moved_has_a_new_feed() {
    let database = SERVER.create_database();
    let store = node(&SERVER.url(&database)).await;
    for number in 0..3 {
        create(&store.ledger(), number).await;
    }
    let newest = page(&store.ledger(), FeedStart::Latest, 0).await.end;
    create(&store.ledger(), 3).await;
    drop(store);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let moved = format!("{database}_moved");
    // What a restored dump on a server with lower transaction ids looks like.
    SERVER.run_sql("postgres", &format!("CREATE DATABASE {moved} TEMPLATE {database}"));
    let ahead = "UPDATE desktop_delivery.events SET tx = '9000000000'";
    SERVER.run_sql(&moved, ahead);
    let ledger = node(&SERVER.url(&moved)).await.ledger();
    let outcome = ledger.events_since(FeedStart::After(newest), 10).await.unwrap();
    assert_eq!(outcome, FeedOutcome::Reset);
    let rows = all(&ledger).await;
    assert_complete(&ledger, &rows, 4).await;
    for number in 4..7 {
        create(&ledger, number).await;
        let again = all(&ledger).await;
        assert_eq!(again[..rows.len()], rows);
        assert_complete(&ledger, &again, number + 1).await;
    }
}

/// A copy of the same server's files, or a standby that lacks the last commits, has the generation
/// of the original.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_beyond_an_older_copy_is_a_reset() {
    let database = SERVER.create_database();
    let store = node(&SERVER.url(&database)).await;
    create(&store.ledger(), 0).await;
    let common = page(&store.ledger(), FeedStart::Latest, 0).await.end;
    drop(store);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let older = format!("{database}_older");
    SERVER.run_sql("postgres", &format!("CREATE DATABASE {older} TEMPLATE {database}"));
    let same =
        "UPDATE desktop_delivery.feed_generation SET cluster = system_identifier || '/' || oid
        FROM pg_control_system(), pg_database WHERE datname = current_database()";
    SERVER.run_sql(&older, same);
    let ledger = node(&SERVER.url(&database)).await.ledger();
    create(&ledger, 1).await;
    let lost: FeedPosition = page(&ledger, FeedStart::Latest, 0).await.end;
    let ledger = node(&SERVER.url(&older)).await.ledger();
    assert_eq!(page(&ledger, FeedStart::After(common), 10).await.rows.len(), 0);
    let outcome = ledger.events_since(FeedStart::After(lost), 10).await.unwrap();
    assert_eq!(outcome, FeedOutcome::Reset, "a number ahead of the copy");
    create(&ledger, 2).await;
    let outcome = ledger.events_since(FeedStart::After(lost), 10).await.unwrap();
    assert_eq!(outcome, FeedOutcome::Reset, "a number that another event has");
    assert_eq!(page(&ledger, FeedStart::After(common), 10).await.rows.len(), 1);
}
