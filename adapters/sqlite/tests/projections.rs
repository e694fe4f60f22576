//! The projections pass the conformance suite.

use desktop_delivery::Projections;
use desktop_delivery_conformance::{Fixture, Suite};
use desktop_delivery_sqlite::SqliteStore;
use std::sync::Arc;

fn main() {
    let fresh = || {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("delivery.db");
        let open = move || -> Arc<dyn Projections> {
            Arc::new(SqliteStore::open(&file).expect("a database").projections())
        };
        Fixture::new(open()).with_reopen(open).with_guard(folder)
    };
    Suite::projections(fresh, futures_executor::block_on).main("SQLite");
}
