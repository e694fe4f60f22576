use crate::support::{count_once, create, handle, load};
use desktop_delivery::Ledger;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::ledger::{DeliveryKey, LedgerSnapshot};
use desktop_delivery_sqlite::SqliteStore;
use futures_executor::block_on;
use rusqlite::Connection;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

fn kind_of_opening(file: &Path) -> StoreErrorKind {
    SqliteStore::open(file).expect_err("opening must fail").kind()
}

pub(crate) fn a_file_that_is_not_a_database_is_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("delivery.db");
    fs::write(&file, "%PDF-1.7\n".repeat(1_000)).unwrap();
    assert_eq!(kind_of_opening(&file), StoreErrorKind::Corrupt);
    assert_eq!(fs::read(&file).unwrap(), "%PDF-1.7\n".repeat(1_000).into_bytes());
    assert_eq!(kind_of_opening(folder.path()), StoreErrorKind::Denied);
    assert_eq!(kind_of_opening(&folder.path().join("no/such/folder")), StoreErrorKind::Denied);
}

pub(crate) fn a_file_of_another_program_is_denied() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loans.db");
    let other = Connection::open(&file).unwrap();
    other.execute_batch("CREATE TABLE loans (id INTEGER)").unwrap();
    assert_eq!(kind_of_opening(&file), StoreErrorKind::Denied);
    let ours = folder.path().join("delivery.db");
    drop(SqliteStore::open(&ours).unwrap());
    Connection::open(&ours).unwrap().execute("UPDATE ddlv_schema SET version = 99", []).unwrap();
    assert_eq!(kind_of_opening(&ours), StoreErrorKind::Denied);
}

/// Creates a file with 50 deliveries, none of them left in the write-ahead log.
fn filled(folder: &Path) -> std::path::PathBuf {
    let file = folder.join("delivery.db");
    let store = SqliteStore::open(&file).unwrap();
    (0..50).for_each(|number| create(&store.ledger(), number));
    file
}

pub(crate) fn a_healthy_file_has_no_problems() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(filled(folder.path())).unwrap();
    assert_eq!(block_on(store.check()).unwrap(), Vec::<String>::new());
}

pub(crate) fn overwritten_pages_are_found_and_reported_as_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let file = filled(folder.path());
    let pages = fs::metadata(&file).unwrap().len() / 4_096;
    let damaged = OpenOptions::new().write(true).open(&file).unwrap();
    // Keeps the first page, which identifies the file, and overwrites all others.
    for page in 1..pages {
        damaged.write_all_at(&[0xa5; 4_096], page * 4_096).unwrap();
    }
    let kind = match SqliteStore::open(&file) {
        Err(error) => error.kind(),
        Ok(store) => {
            let error = block_on(store.ledger().load(DeliveryKey::Handle(handle(7))));
            let found = block_on(store.check());
            assert!(found.is_err() || found.is_ok_and(|problems| !problems.is_empty()));
            error.expect_err("damaged pages").kind()
        }
    };
    assert_eq!(kind, StoreErrorKind::Corrupt);
}

pub(crate) fn an_unreadable_row_is_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let file = filled(folder.path());
    let operator = Connection::open(&file).unwrap();
    let cut = "UPDATE ddlv_request_usage SET usage = '{\"budgets\":' WHERE handle = ?1";
    let stored = i64::from_be_bytes(handle(7).to_bytes());
    assert_eq!(operator.execute(cut, [stored]).unwrap(), 1);
    drop(operator);
    let store = SqliteStore::open(&file).unwrap();
    let error = block_on(store.ledger().load(DeliveryKey::Handle(handle(7)))).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    assert!(load(&store.ledger(), 8).is_some());
    let problems = block_on(store.check()).unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains(&handle(7).to_string()), "{problems:?}");
}

pub(crate) fn a_broken_history_is_corrupt() {
    let damages = [
        // Of request 7, which has one event, its eighth in the file.
        ("UPDATE ddlv_events SET previous = 3 WHERE id = 8", 7),
        ("UPDATE ddlv_events SET handle = handle + 1 WHERE id = 8", 7),
        ("DELETE FROM ddlv_events WHERE id = 8", 7),
        ("UPDATE ddlv_request_usage SET last_event = 9 WHERE last_event = 8", 7),
        ("UPDATE ddlv_request_usage SET revision = 2 WHERE last_event = 8", 7),
        // The history can be read, but an event is missing from it.
        (
            "INSERT INTO ddlv_events SELECT 99, handle, revision, place, previous, at, actor, detail,
                 commit_id FROM ddlv_events WHERE id = 8",
            7,
        ),
    ];
    for (damage, number) in damages {
        let folder = tempfile::tempdir().unwrap();
        let file = filled(folder.path());
        let operator = Connection::open(&file).unwrap();
        assert_eq!(operator.execute(damage, []).unwrap(), 1, "{damage}");
        drop(operator);
        let store = SqliteStore::open(&file).unwrap();
        let problems = block_on(store.check()).unwrap();
        let damaged = handle(number).to_string();
        assert!(
            problems.iter().any(|problem| problem.contains(&damaged)),
            "{damage}: {problems:?}"
        );
        assert!(!problems.iter().any(|problem| problem.contains(&handle(20).to_string())));
        assert_eq!(block_on(store.ledger().events(handle(20), None, 10)).unwrap().len(), 1);
        if damage.starts_with("UPDATE ddlv_events") || damage.starts_with("DELETE") {
            let error = block_on(store.ledger().events(handle(number), None, 10));
            assert_eq!(error.unwrap_err().kind(), StoreErrorKind::Corrupt, "{damage}");
        }
    }
}

pub(crate) fn a_snapshot_replaces_a_broken_history() {
    let folder = tempfile::tempdir().unwrap();
    let file = filled(folder.path());
    let store = SqliteStore::open(&file).unwrap();
    count_once(&store.ledger(), 7).unwrap();
    let snapshots = block_on(store.ledger().snapshots(None, 100)).unwrap();
    let operator = Connection::open(&file).unwrap();
    assert_eq!(operator.execute("DELETE FROM ddlv_events WHERE id = 8", []).unwrap(), 1);
    assert_ne!(block_on(store.check()).unwrap(), Vec::<String>::new());
    block_on(store.ledger().store_snapshots(snapshots)).unwrap();
    assert_eq!(block_on(store.check()).unwrap(), Vec::<String>::new());
    let history = block_on(store.ledger().events(handle(7), None, 10)).unwrap();
    assert_eq!(history.len(), 2);
}
