//! Query plans of every statement that the ledger, the registry and the projections run.

use crate::pool::{Connection, Connections};
use crate::{PostgresOptions, PostgresStore};
use desktop_delivery::delivery::{DeliveryRecord, DeliveryUsage};
use desktop_delivery::events::{Event, EventKind, FeedStart};
use desktop_delivery::ids::{CommitId, CounterKey, NoticeNo, PolicyName};
use desktop_delivery::ledger::{
    Change, Charge, CommitOutcome, DeliveryKey, ListQuery, OutboxEntry, Party, Search, Settlement,
};
use desktop_delivery::projections::{NewRow, RowKey, RowRange};
use desktop_delivery::{
    Actor, AgencyId, Facts, Ledger, PatronId, Projections, Registry, RequestHandle,
    RequestReference, Status, StoreError, Timestamp, Zone,
};
use desktop_delivery_postgres_testing::TestServer;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_postgres::SimpleQueryMessage;

/// Every statement prepared by any connection of this process.
static SEEN: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());

/// Records a statement that a connection prepares.
pub(crate) fn note(sql: &'static str) {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(sql);
}

const NOW: Timestamp = Timestamp::from_seconds(1_795_466_792);

fn agency() -> AgencyId {
    AgencyId::new("CA-BVAU").unwrap()
}

fn patron() -> PatronId {
    PatronId::new("p-20417").unwrap()
}

fn change(expected: Option<u64>) -> Change {
    let reference = RequestReference::new("2026-00417").unwrap();
    let facts = Facts::new(reference, agency(), agency(), "Eels").with_patron(patron());
    let mut record =
        DeliveryRecord::new(NOW, facts, NOW, PolicyName::new("illume").unwrap(), Zone::utc());
    record.due_at = Some(NOW);
    record.cancel_requested_at = Some(NOW);
    let counter = CounterKey::from_bytes([7; 16]);
    Change {
        handle: RequestHandle::from_bytes([7; 8]),
        commit_id: CommitId::from_bytes([7; 16]),
        expected,
        record: Some(record),
        usage: Some(DeliveryUsage::default()),
        events: vec![Event::new(NOW, Actor::System, EventKind::Created)],
        outbox: vec![OutboxEntry { notice: NoticeNo::new(1), not_before: NOW }],
        settle: Vec::new(),
        charges: vec![Charge { counter, amount: 1, limit: None, expires_at: Some(NOW) }],
    }
}

/// Calls every method of the three traits in each way that leads to different statements.
async fn exercise(store: &PostgresStore) -> Result<(), StoreError> {
    let (ledger, registry) = (store.ledger(), store.registry());
    ledger.commit(change(None)).await?;
    let refund = Charge { amount: -9, ..change(None).charges[0] };
    ledger.commit(Change { charges: vec![refund], ..change(Some(1)) }).await?;
    let plain = Change { record: None, charges: Vec::new(), outbox: Vec::new(), ..change(Some(2)) };
    ledger.commit(plain).await?;
    let leases = ledger.lease(NOW, NOW, 10).await?;
    let settle = leases.iter().map(|lease| Settlement { lease: *lease, retry_at: None });
    let settled = Change { settle: settle.collect(), outbox: Vec::new(), ..change(Some(3)) };
    ledger.commit(settled).await?;
    let more = Change { outbox: Vec::new(), ..change(Some(4)) };
    assert_eq!(ledger.commit(more).await?, CommitOutcome::Committed { revision: 5 });
    let handle = change(None).handle;
    let reference = RequestReference::new("2026-00417").unwrap();
    ledger.load(DeliveryKey::Handle(handle)).await?;
    ledger.load(DeliveryKey::Reference(&reference)).await?;
    ledger.load_many(&[handle]).await?;
    ledger.committed(handle, CommitId::from_bytes([7; 16])).await?;
    ledger.events(handle, None, 10).await?;
    ledger.events_since(FeedStart::Beginning, 10).await?;
    ledger.commit(Change { outbox: Vec::new(), ..change(Some(5)) }).await?;
    ledger.events_since(FeedStart::Latest, 10).await?;
    ledger.due(NOW, 10).await?;
    let parties = [
        Party::Anyone,
        Party::Patron(agency(), patron()),
        Party::Requester(agency()),
        Party::Supplier(agency()),
    ];
    for party in parties {
        for status in [None, Some(Status::Pending)] {
            let query = ListQuery::of(party.clone(), 10).with_status(status);
            assert!(!ledger.list(&query).await?.is_empty());
            let waiting = query.clone().with_waiting(true);
            assert!(!ledger.list(&waiting).await?.is_empty());
            let search = query.with_search(Search::of("eel"));
            assert!(!ledger.list(&search).await?.is_empty());
        }
    }
    registry.write("test", "key", Some("value".into()), 0).await?;
    let version = registry.read("test", "key").await?.map_or(0, |record| record.version);
    let version = registry.write("test", "key", Some("other".into()), version).await?;
    registry.list("test", "", 10).await?;
    registry.write("test", "key", None, version.unwrap_or(0)).await?;
    registry.write("test", "key", None, 0).await?;
    let (projections, key) = (store.projections(), RowKey::new("test", "key").expect("a key"));
    let row =
        |seconds| NewRow::new(key, "value").expect("a row").with_expiry(NOW.plus_seconds(seconds));
    let version = projections.write(&row(60), 0, NOW).await?.unwrap_or(0);
    projections.read(key, NOW).await?;
    projections.range(&RowRange::all("test"), 10, NOW).await?;
    projections.range(&RowRange::starting_with("test", "k"), 10, NOW).await?;
    let version = projections.write(&row(60), version, NOW).await?.unwrap_or(0);
    assert!(projections.delete(key, version).await?);
    projections.write(&row(0), 0, NOW).await?;
    assert_eq!(projections.delete_expired(NOW, 10).await?, 1);
    Ok(())
}

/// Returns the generic plan of a statement, which is used regardless of the bound values.
async fn plan(connection: &Connection, sql: &str) -> String {
    let parameters = connection.client().prepare(sql).await.unwrap().params().len();
    let nulls = vec!["NULL"; parameters].join(", ");
    let explain = format!("PREPARE asked AS {sql}; EXPLAIN (COSTS OFF) EXECUTE asked({nulls})");
    let explain = explain.replace("asked()", "asked");
    let answers = connection.client().simple_query(&explain).await.unwrap();
    connection.client().batch_execute("DEALLOCATE asked").await.unwrap();
    let mut plan = String::new();
    for answer in answers {
        if let SimpleQueryMessage::Row(row) = answer {
            writeln!(plan, "{}", row.get(0).unwrap_or_default()).unwrap();
        }
    }
    plan
}

/// Asserts that no statement reads a whole table or index, that only searches sort, and that lists
/// read only the rows they return.
async fn every_statement_finds_its_rows_by_an_index(connection: &Connection) -> String {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(seen.len() >= 35, "only {} statements were seen", seen.len());
    let mut plans = String::new();
    for sql in seen {
        let plan = plan(connection, sql).await;
        let lines: Vec<&str> =
            plan.lines().map(|line| line.trim_start_matches([' ', '-', '>'])).collect();
        for (number, line) in lines.iter().enumerate() {
            assert!(!line.starts_with("Seq Scan"), "reads a whole table: {sql}\n{plan}");
            for join in ["Hash", "Merge", "Materialize"] {
                assert!(
                    !line.starts_with(join),
                    "joins in a way that reads whole tables: {sql}\n{plan}"
                );
            }
            if line.starts_with("Filter") && sql.contains("ORDER BY") {
                assert!(
                    sql.contains("tsquery"),
                    "reads rows that it does not return: {sql}\n{plan}"
                );
            }
            if line.starts_with("Index Cond") {
                // A row comparison as a lower bound does not end a scan, which would continue
                // through all rows with the same first column.
                let bounds_rows =
                    sql.starts_with("SELECT handle, record") && line.contains(") >= ROW(");
                assert!(!bounds_rows, "scans past its last row: {sql}\n{plan}");
            }
            if line.starts_with("Sort") {
                // Events are sorted when they are numbered.
                let may_sort = sql.contains("tsquery") || sql.starts_with("INSERT INTO feed");
                assert!(may_sort, "sorts the rows: {sql}\n{plan}");
            }
            if line.starts_with("Index Scan") || line.starts_with("Index Only Scan") {
                let next = lines.get(number + 1).is_some_and(|next| next.starts_with("Index Cond"));
                // The list of all requests scans the index of times from its end.
                assert!(next, "scans a whole index: {sql}\n{plan}");
            }
        }
        writeln!(plans, "{sql}\n\n{plan}").unwrap();
    }
    plans
}

const MANY: &str = "
    INSERT INTO requests SELECT substring(decode(md5(n::text), 'hex') FROM 1 FOR 8), 'r' || n, 'CA-' || n % 50,
        'CA-' || n % 20, 'p-' || n % 5000, CASE n % 9 WHEN 0 THEN 'pending' ELSE 'shipped' END,
        n, CASE n % 7 WHEN 0 THEN n END, '{}' FROM generate_series(1, 20000) AS n;
    INSERT INTO request_usage SELECT handle, 1, '{}' FROM requests WHERE reference LIKE 'r%';
    INSERT INTO searchable SELECT handle, created_at,
        array_to_tsvector(ARRAY['w' || created_at % 100, '_t00'])
        FROM requests WHERE reference LIKE 'r%';
    INSERT INTO events SELECT handle, 1, 0, 1, '{}', '{}', handle FROM requests
        WHERE reference LIKE 'r%';
    INSERT INTO outbox SELECT handle, 7, created_at FROM requests WHERE created_at % 3 = 0;
    INSERT INTO counters SELECT handle || handle, 1, created_at FROM requests
        WHERE reference LIKE 'r%';
    INSERT INTO registry SELECT 'kind', reference, 1, '' FROM requests;
    INSERT INTO projections SELECT 'kind', reference, 1, created_at, '' FROM requests;
    ANALYZE";

/// The plans recorded by this test; `UPDATE_PLANS=1` rewrites the file.
const PLANS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/plans.txt");

/// The documentation page that quotes the plans.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/explanation/postgres.md");

/// Asserts that each paragraph quoted from `plans.txt` on the page is still in that file.
fn assert_quoted(page: &str, plans: &str) {
    let blocks: Vec<&str> = page.split("<!-- from adapters/postgres/plans.txt -->\n").collect();
    assert!(blocks.len() > 10, "{page}");
    for block in &blocks[1..] {
        let (_, block) = block.split_once('\n').unwrap();
        let (block, _) = block.split_once("\n```").unwrap();
        for quoted in block.split("\n\n") {
            assert!(
                plans.contains(quoted),
                "docs/explanation/postgres.md quotes a plan that has changed:\n{quoted}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(feature = "live-tests"), ignore = "needs PostgreSQL: ./test")]
async fn statements_use_indexes_in_empty_and_full_databases() {
    let server = TestServer::start();
    let options = PostgresOptions::parse(&server.url(&server.create_database())).unwrap();
    let store = PostgresStore::open(&options).await.unwrap();
    exercise(&store).await.unwrap();
    let connection = Connections::new(&options, 1, &Arc::default()).unwrap().take().await.unwrap();
    every_statement_finds_its_rows_by_an_index(&connection).await;
    connection.client().batch_execute(MANY).await.unwrap();
    let plans = every_statement_finds_its_rows_by_an_index(&connection).await;
    let version = connection.client().query_one("SHOW server_version_num", &[]).await.unwrap();
    let version: &str = version.get(0);
    let major = version.get(..2).unwrap_or_default();
    let plans = format!("PostgreSQL {major}\n\n{plans}");
    if std::env::var_os("UPDATE_PLANS").is_some() {
        std::fs::write(PLANS, &plans).unwrap();
    }
    // Other PostgreSQL versions format plans differently.
    let written = std::fs::read_to_string(PLANS).unwrap();
    if written.lines().next() == plans.lines().next() {
        assert_eq!(
            written, plans,
            "the plans changed; run with UPDATE_PLANS=1 to rewrite plans.txt"
        );
        assert_quoted(&std::fs::read_to_string(PAGE).unwrap(), &plans);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(feature = "live-tests"), ignore = "needs PostgreSQL: ./test")]
async fn sessions_are_durable_for_every_server_default() {
    for (default, ours) in
        [("off", "on"), ("local", "on"), ("remote_write", "on"), ("remote_apply", "remote_apply")]
    {
        let start = desktop_delivery_postgres_testing::Start::new();
        let server = start.with_setting("synchronous_commit", default).start();
        let options = PostgresOptions::parse(&server.url("postgres")).unwrap();
        let connection =
            Connections::new(&options, 1, &Arc::default()).unwrap().take().await.unwrap();
        let row = connection.client().query_one("SHOW synchronous_commit", &[]).await.unwrap();
        assert_eq!(row.get::<_, &str>(0), ours, "server default {default}");
    }
}
