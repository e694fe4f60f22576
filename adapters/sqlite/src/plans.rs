//! Query plans of every statement that the ledger, the registry and the projections run.

use crate::SqliteStore;
use desktop_delivery::delivery::{DeliveryRecord, DeliveryUsage};
use desktop_delivery::events::{Event, EventKind, FeedStart};
use desktop_delivery::ids::{CommitId, CounterKey, NoticeNo, PolicyName};
use desktop_delivery::ledger::{
    Change, Charge, CommitOutcome, DeliveryKey, FeedOutcome, ListQuery, OutboxEntry, Party, Search,
    Settlement,
};
use desktop_delivery::projections::{NewRow, RowKey, RowRange};
use desktop_delivery::{
    Actor, AgencyId, Facts, Ledger, PatronId, Projections, Registry, RequestHandle,
    RequestReference, Status, Timestamp, Zone,
};
use futures_executor::block_on;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, StatementStatus};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Every statement run by any connection of this process, and how often one was re-prepared because
/// of the values bound to it.
static SEEN: Mutex<BTreeMap<String, i32>> = Mutex::new(BTreeMap::new());

/// Records the statements that a connection runs.
pub(crate) fn watched(mut connection: Connection) -> Connection {
    // A statement is traced before it is re-prepared, so its next run shows the count.
    let note = |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(statement, _) = event {
            let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
            let again = seen.entry(statement.sql().into_owned()).or_default();
            *again = statement.get_status(StatementStatus::RePrepare).max(*again);
        }
    };
    connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(note)).unwrap();
    connection
}

const NOW: Timestamp = Timestamp::from_seconds(1_795_466_792);

fn agency() -> AgencyId {
    AgencyId::new("CA-BVAU").unwrap()
}

fn patron() -> PatronId {
    PatronId::new("p-20417").unwrap()
}

fn reference(number: u8) -> RequestReference {
    RequestReference::new(format!("2026-{number:05}")).unwrap()
}

fn change(number: u8, expected: Option<u64>) -> Change {
    let facts = Facts::new(reference(number), agency(), agency(), "Eels").with_patron(patron());
    let policy = PolicyName::new("illume").unwrap();
    let mut record = DeliveryRecord::new(NOW, facts, NOW, policy, Zone::utc());
    record.due_at = Some(NOW);
    let counter = CounterKey::from_bytes([number; 16]);
    Change {
        handle: RequestHandle::from_bytes([number; 8]),
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
async fn exercise(store: &SqliteStore, number: u8) -> Result<(), desktop_delivery::StoreError> {
    let (ledger, registry) = (store.ledger(), store.registry());
    let change = |expected| change(number, expected);
    ledger.commit(change(None)).await?;
    let plain = Change { record: None, charges: Vec::new(), outbox: Vec::new(), ..change(Some(1)) };
    ledger.commit(plain).await?;
    let leases = ledger.lease(NOW, NOW, 10).await?;
    let settle = |retry_at| leases.iter().map(|l| Settlement { lease: *l, retry_at }).collect();
    ledger.commit(Change { settle: settle(Some(NOW)), ..change(Some(2)) }).await?;
    let leases = ledger.lease(NOW, NOW, 10).await?;
    let settle = |retry_at| leases.iter().map(|l| Settlement { lease: *l, retry_at }).collect();
    let refund = Charge { amount: -9, ..change(None).charges[0] };
    let last = Change { settle: settle(None), charges: vec![refund], ..change(Some(3)) };
    ledger.commit(Change { outbox: Vec::new(), ..last }).await?;
    ledger.commit(change(Some(4))).await?;
    let mut other = change(Some(5));
    if let Some(record) = &mut other.record {
        record.facts.title = "Conger Eels".into();
        record.cancel_requested_at = Some(NOW);
    }
    ledger.commit(other.clone()).await?;
    if let Some(record) = &mut other.record {
        record.created_at = NOW.plus_seconds(60);
    }
    ledger.commit(Change { expected: Some(6), ..other }).await?;
    // The second and third would take the place of the first in the search index.
    for last in [1, 3, 2] {
        let mut new = change(None);
        new.handle = RequestHandle::from_bytes([0x77, number, 0, 0, 0, 0, 0, last]);
        if let Some(record) = &mut new.record {
            record.facts.reference = RequestReference::new(format!("{number}-{last}")).unwrap();
        }
        assert!(matches!(ledger.commit(new).await?, CommitOutcome::Committed { .. }));
    }
    let handle = change(None).handle;
    ledger.load(DeliveryKey::Handle(handle)).await?;
    ledger.load(DeliveryKey::Reference(&reference(number))).await?;
    ledger.committed(handle, CommitId::from_bytes([7; 16])).await?;
    ledger.events(handle, None, 10).await?;
    let latest = ledger.events_since(FeedStart::Latest, 10).await?;
    let FeedOutcome::Page(latest) = latest else { unreachable!("the newest event is known") };
    ledger.events_since(FeedStart::After(latest.end), 10).await?;
    ledger.events_since(FeedStart::Beginning, 10).await?;
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
            let search = query.with_search(Search::of("eel conger"));
            assert!(!ledger.list(&search).await?.is_empty());
        }
    }
    registry.write("test", "key", Some("value".into()), 0).await?;
    registry.read("test", "key").await?;
    registry.list("test", "", 10).await?;
    let version = registry.read("test", "key").await?.map_or(0, |record| record.version);
    registry.write("test", "key", None, version).await?;
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

const VERBS: [&str; 4] = ["DELETE", "INSERT", "SELECT", "UPDATE"];

/// The recorded plans; `UPDATE_PLANS=1` rewrites the file.
const PLANS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/plans.txt");
/// The documentation page that quotes the plans.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/explanation/sqlite.md");

/// Returns the steps of a statement's plan, indented by depth.
fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut depths: BTreeMap<i64, usize> = BTreeMap::new();
    // Bound values do not change the plan.
    let steps = explain.raw_query().mapped(|row| {
        let depth = depths.get(&row.get(1)?).map_or(0, |depth| depth + 1);
        depths.insert(row.get(0)?, depth);
        Ok(format!("{:1$}{2}", "", 2 * depth, row.get::<_, String>(3)?))
    });
    steps.collect::<Result<_, _>>().unwrap()
}

/// Asserts that each paragraph quoted from `plans.txt` on the page is still in that file.
fn assert_quoted(page: &str, plans: &str) {
    let blocks: Vec<&str> = page.split("<!-- from adapters/sqlite/plans.txt -->\n").collect();
    assert!(blocks.len() > 5, "{page}");
    for block in &blocks[1..] {
        let (_, block) = block.split_once('\n').unwrap();
        let (block, _) = block.split_once("\n```").unwrap();
        for quoted in block.split("\n\n") {
            assert!(
                plans.contains(quoted),
                "docs/explanation/sqlite.md quotes a plan that has changed:\n{quoted}"
            );
        }
    }
}

#[test]
fn every_statement_finds_its_rows_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("delivery.db");
    let store = SqliteStore::open(&file).unwrap();
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).clear();
    (0xf0..=0xf3).for_each(|number| block_on(exercise(&store, number)).unwrap());
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let of_rows: Vec<_> = seen
        .iter()
        .filter(|(sql, _)| VERBS.iter().any(|verb| sql.starts_with(verb)))
        // Queries about the file itself, run when it is opened.
        .filter(|(sql, _)| !sql.contains("pragma_") && !sql.contains("sqlite_schema"))
        // Queries of FTS5 on its own tables.
        .filter(|(sql, _)| !sql.contains("'main'.'ddlv_search_index_"))
        .collect();
    assert!(of_rows.len() >= 35, "only {} statements were seen", of_rows.len());
    let connection = Connection::open(&file).unwrap();
    let mut plans = format!("SQLite {}\n\n", rusqlite::version());
    for (sql, again) in of_rows {
        // The planner does take the value of a limit into account. Only lists have one, and they
        // read many rows anyway.
        let is_page = sql.contains("LIMIT ?") || sql.contains("LIMIT :");
        assert!(is_page || *again == 0, "prepared again for each value: {sql}");
        let plan = plan(&connection, sql);
        plans.extend([sql, "\n\n"]);
        // A plain INSERT has no steps.
        plans.extend(plan.iter().flat_map(|step| [step, "\n"]));
        plans.push_str(if plan.is_empty() { "" } else { "\n" });
        for step in plan.iter().map(|step| step.trim_start()) {
            // A virtual table is always "scanned"; the text after the index says how: by a match or
            // a rowid.
            if let Some((_, how)) = step.split_once("VIRTUAL TABLE INDEX ") {
                let by = how.split_once(':').map(|(_, by)| by);
                assert!(by.is_some_and(|by| by.starts_with(['M', '='])), "{sql}\n{plan:#?}");
                continue;
            }
            assert!(!step.starts_with("SCAN"), "reads a whole table: {sql}\n{plan:#?}");
            assert!(!step.contains("TEMP B-TREE"), "sorts what it read: {sql}\n{plan:#?}");
        }
    }
    if std::env::var_os("UPDATE_PLANS").is_some() {
        std::fs::write(PLANS, &plans).unwrap();
    }
    let written = std::fs::read_to_string(PLANS).unwrap();
    assert_eq!(written, plans, "the plans changed; run with UPDATE_PLANS=1 to rewrite plans.txt");
    assert_quoted(&std::fs::read_to_string(PAGE).unwrap(), &plans);
}
