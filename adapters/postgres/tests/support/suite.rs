use desktop_delivery_conformance::Fixture;
use desktop_delivery_postgres::{PostgresOptions, PostgresStore};
use desktop_delivery_postgres_testing::TestServer;
use futures_util::future::BoxFuture;
use std::sync::{Arc, LazyLock};
use tokio::runtime::Runtime;

static SERVER: LazyLock<TestServer> = LazyLock::new(TestServer::start);
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

async fn store(address: &str, with: fn(PostgresOptions) -> PostgresOptions) -> PostgresStore {
    let options = PostgresOptions::parse(address).expect("an address").with_connections(3);
    PostgresStore::open(&with(options)).await.expect("a database")
}

/// What a new database contains, and the options with which it is opened.
#[derive(Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) tables: &'static str,
    pub(crate) with: fn(PostgresOptions) -> PostgresOptions,
}

impl Default for Setup {
    fn default() -> Self {
        Self { tables: "", with: |options| options }
    }
}

/// Creates an adapter on a new database.
pub(crate) fn fresh<T: ?Sized + 'static>(
    Setup { tables, with }: Setup,
    adapter: fn(&PostgresStore) -> Arc<T>,
) -> Fixture<T> {
    let database = SERVER.create_database();
    if !tables.is_empty() {
        SERVER.run_sql(&database, tables);
    }
    let address = SERVER.url(&database);
    // A check runs on the runtime, so the store is opened from another thread.
    let open = move || {
        let opened = std::thread::scope(|scope| {
            scope.spawn(|| RUNTIME.block_on(store(&address, with))).join().expect("it opens")
        });
        adapter(&opened)
    };
    Fixture::new(open()).with_reopen(open)
}

pub(crate) fn run(check: BoxFuture<'static, ()>) {
    RUNTIME.block_on(check);
}
