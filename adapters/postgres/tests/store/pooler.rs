use crate::support::{SERVER, create, load, options, whole};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery_postgres::PostgresStore;
use desktop_delivery_postgres_testing::TestPooler;

#[tokio::test]
async fn a_pooler_in_transaction_or_statement_mode_is_refused() {
    for (mode, more) in [
        ("transaction", ""),
        ("transaction", "server_round_robin = 1\nmin_pool_size = 4"),
        ("transaction", "default_pool_size = 1"),
        ("statement", ""),
    ] {
        let pooler = TestPooler::start(&SERVER, mode, more);
        let database = SERVER.create_database();
        let options = options(&pooler.url(&database));
        let error = PostgresStore::open(&options).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Denied, "{mode} {more}: {}", whole(&error));
        assert!(whole(&error).contains("pool_mode = session"), "{mode} {more}: {}", whole(&error));
        let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'desktop_delivery'";
        assert_eq!(SERVER.query(&database, schemas), "0\n", "nothing was created");
    }
}

#[tokio::test]
async fn a_pooler_in_session_mode_works() {
    let pooler = TestPooler::start(&SERVER, "session", "");
    let database = SERVER.create_database();
    let store = PostgresStore::open(&options(&pooler.url(&database))).await.unwrap();
    let ledger = store.ledger();
    for number in 0..5 {
        create(&ledger, number).await;
        load(&ledger, number).await;
    }
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(SERVER.query(&database, tables), "0\n", "all tables are in our schema");
}
