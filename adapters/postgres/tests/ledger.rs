//! The ledger keeps every promise of the suite.

use desktop_delivery::Ledger;
use desktop_delivery_conformance::{Fixture, Suite};
use desktop_delivery_postgres::{PostgresOptions, PostgresStore};
use desktop_delivery_postgres_testing::TestServer;
use std::sync::{Arc, LazyLock};
use tokio::runtime::Runtime;

static SERVER: LazyLock<TestServer> = LazyLock::new(TestServer::start);
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

async fn store(address: &str) -> PostgresStore {
    let options = PostgresOptions::parse(address).expect("an address").with_connections(3);
    PostgresStore::open(&options).await.expect("a database")
}

fn main() {
    let fresh = || {
        let address = SERVER.url(&SERVER.create_database());
        // A check runs on the runtime, so that it is opened from another thread.
        let open = move || -> Arc<dyn Ledger> {
            let opened = std::thread::scope(|scope| {
                scope.spawn(|| RUNTIME.block_on(store(&address))).join().expect("it opens")
            });
            Arc::new(opened.ledger())
        };
        Fixture::new(open()).with_reopen(open)
    };
    Suite::ledger(fresh, |check| RUNTIME.block_on(check)).main("PostgreSQL");
}
