//! The ledger passes the conformance suite in a host's file, with a hook for every kind of event.

use desktop_delivery::Ledger;
use desktop_delivery::events::EventName;
use desktop_delivery::hook::{HookVerdict, HookedCommit};
use desktop_delivery_conformance::{Fixture, Suite};
use desktop_delivery_sqlite::{SqliteOptions, SqliteStore};
use rusqlite::{Connection, Transaction};
use std::sync::Arc;

const HOST_TABLES: &str = "PRAGMA user_version = 42;
    CREATE TABLE requests (reference TEXT, revision INTEGER);
    CREATE TABLE events (id INTEGER);";

fn main() {
    let fresh = || {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("ill.db");
        let host = Connection::open(&file).expect("a file");
        host.execute_batch(HOST_TABLES).expect("the host's tables");
        let hook = |transaction: &Transaction<'_>, commit: &HookedCommit| {
            let mut insert = transaction.prepare_cached("INSERT INTO requests VALUES (?, ?)")?;
            insert.execute((commit.reference.as_str(), commit.revision.cast_signed()))?;
            Ok(HookVerdict::Commit)
        };
        let options = SqliteOptions::new(&file)
            .in_host_file()
            .with_hook(EventName::ALL.iter().copied(), hook);
        let open = move || -> Arc<dyn Ledger> {
            Arc::new(SqliteStore::open_with(&options).expect("a database").ledger())
        };
        Fixture::new(open()).with_reopen(open).with_guard(folder)
    };
    Suite::ledger(fresh, futures_executor::block_on).main("SQLite-hook");
}
