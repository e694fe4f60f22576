use desktop_delivery_conformance::Fixture;
use desktop_delivery_postgres::{PostgresOptions, PostgresStore};
use desktop_delivery_postgres_testing::TestServer;
use futures_util::future::BoxFuture;
use std::sync::{Arc, LazyLock};
use tokio::runtime::Runtime;

static SERVER: LazyLock<TestServer> = LazyLock::new(TestServer::start);
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

async fn store(address: &str) -> PostgresStore {
    let options = PostgresOptions::parse(address).expect("an address").with_connections(3);
    PostgresStore::open(&options).await.expect("a database")
}

/// Creates an adapter on a new database.
pub(crate) fn fresh<T: ?Sized + 'static>(adapter: fn(&PostgresStore) -> Arc<T>) -> Fixture<T> {
    let address = SERVER.url(&SERVER.create_database());
    // A check runs on the runtime, so the store is opened from another thread.
    let open = move || {
        let opened = std::thread::scope(|scope| {
            scope.spawn(|| RUNTIME.block_on(store(&address))).join().expect("it opens")
        });
        adapter(&opened)
    };
    Fixture::new(open()).with_reopen(open)
}

pub(crate) fn run(check: BoxFuture<'static, ()>) {
    RUNTIME.block_on(check);
}
