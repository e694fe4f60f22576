use crate::support::{count_once, create, load};
use desktop_delivery::Ledger;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::ledger::{ListQuery, Party, Search};
use desktop_delivery_sqlite::{SqliteOptions, SqliteStore};
use futures_executor::block_on;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Tables, a view and a trigger of a host, with the names that this store would use without its
/// prefix.
const HOST: &str = "
    PRAGMA user_version = 42;
    PRAGMA application_id = 7;
    CREATE TABLE requests (id INTEGER PRIMARY KEY, title TEXT);
    CREATE TABLE events (id INTEGER PRIMARY KEY, note TEXT);
    CREATE TABLE registry (name TEXT); CREATE TABLE outbox (name TEXT);
    CREATE TABLE counters (name TEXT); CREATE TABLE sequences (name TEXT);
    CREATE TABLE feed (name TEXT); CREATE TABLE projections (name TEXT);
    CREATE TABLE request_usage (name TEXT); CREATE TABLE searchable (name TEXT);
    CREATE VIRTUAL TABLE search_index USING fts5(title);
    CREATE INDEX requests_by_time ON requests (title);
    CREATE VIEW event_log AS SELECT * FROM events;
    CREATE TRIGGER note AFTER INSERT ON requests BEGIN
        INSERT INTO events (note) VALUES (new.title); END;
    INSERT INTO requests (title) VALUES ('ours'), ('theirs');";

/// The settings of a connection that could differ from SQLite's defaults.
const SETTINGS: [&str; 10] = [
    "application_id",
    "busy_timeout",
    "cache_size",
    "foreign_keys",
    "query_only",
    "synchronous",
    "temp_store",
    "trusted_schema",
    "user_version",
    "wal_autocheckpoint",
];

fn settings(connection: &Connection) -> BTreeMap<&'static str, i64> {
    let value = |name| connection.pragma_query_value(None, name, |row| row.get(0)).unwrap();
    SETTINGS.into_iter().map(|name| (name, value(name))).collect()
}

fn host_rows(connection: &Connection) -> Vec<i64> {
    ["requests", "events", "registry", "outbox", "counters", "feed", "search_index", "event_log"]
        .map(|table| {
            let count = format!("SELECT count(*) FROM {table}");
            connection.query_row(&count, [], |row| row.get(0)).unwrap()
        })
        .to_vec()
}

pub(crate) fn host_tables_of_the_same_names_are_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ill.db");
    let host = Connection::open(&file).unwrap();
    host.execute_batch(HOST).unwrap();
    let (rows, before) = (host_rows(&host), settings(&host));
    let denied = SqliteStore::open(&file).unwrap_err();
    assert_eq!(denied.kind(), StoreErrorKind::Denied, "it is not a file of ours");
    let options = SqliteOptions::new(&file).in_host_file();
    for round in 1..=2 {
        let store = SqliteStore::open_with(&options).unwrap();
        let ledger = store.ledger();
        if round == 1 {
            create(&ledger, 1);
        }
        count_once(&ledger, 1).unwrap();
        assert_eq!(load(&ledger, 1).unwrap().revision, round + 1);
        let search = ListQuery::of(Party::Anyone, 10).with_search(Search::of("migration eels"));
        assert_eq!(block_on(ledger.list(&search)).unwrap().len(), 1);
        assert_eq!(block_on(store.check()).unwrap(), Vec::<String>::new());
        // The host works beside the store, on its old connection and on a new one.
        host.execute("INSERT INTO requests (title) VALUES ('more')", []).unwrap();
        host.execute("DELETE FROM requests WHERE title = 'more'", []).unwrap();
        host.execute("DELETE FROM events WHERE note = 'more'", []).unwrap();
        assert_eq!(settings(&host), before);
    }
    let again = Connection::open(&file).unwrap();
    assert_eq!(settings(&again), settings(&Connection::open(&file).unwrap()));
    assert_eq!((settings(&again)["user_version"], settings(&again)["application_id"]), (42, 7));
    assert_eq!(host_rows(&again), rows);
    let mode: String = again.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal", "the one setting that belongs to the file");
}

pub(crate) fn a_backup_of_a_host_file_contains_the_host_tables() {
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("ill.db"), folder.path().join("copy.db"));
    let host = Connection::open(&file).unwrap();
    host.execute_batch(HOST).unwrap();
    let store = SqliteStore::open_with(&SqliteOptions::new(&file).in_host_file()).unwrap();
    create(&store.ledger(), 1);
    block_on(store.backup(&copy)).unwrap();
    assert_eq!(host_rows(&Connection::open(&copy).unwrap()), host_rows(&host));
    let restored = SqliteStore::open_with(&SqliteOptions::new(&copy).in_host_file()).unwrap();
    assert_eq!(load(&restored.ledger(), 1), load(&store.ledger(), 1));
}
