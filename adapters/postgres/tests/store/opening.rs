use crate::support::{SERVER, create, load, node, options, whole};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery_postgres::PostgresStore;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_can_open_a_new_database_at_once() {
    for _ in 0..8 {
        let database = SERVER.create_database();
        let mut tasks = JoinSet::new();
        for number in 0..6 {
            let address = SERVER.url(&database);
            tasks.spawn(async move { create(&node(&address).await.ledger(), number).await });
        }
        tasks.join_all().await;
        let versions = "SELECT version FROM desktop_delivery.schema_versions ORDER BY version";
        assert_eq!(SERVER.query(&database, versions), "3\n4\n5\n");
        let ledger = node(&SERVER.url(&database)).await.ledger();
        for number in 0..6 {
            load(&ledger, number).await;
        }
    }
}

#[tokio::test]
async fn a_newer_schema_is_used_only_if_it_supports_this_version() {
    let database = SERVER.create_database();
    create(&node(&SERVER.url(&database)).await.ledger(), 1).await;
    let newer = "INSERT INTO desktop_delivery.schema_versions VALUES (99, 1)";
    SERVER.run_sql(&database, newer);
    create(&node(&SERVER.url(&database)).await.ledger(), 2).await;
    SERVER.run_sql(
        &database,
        "UPDATE desktop_delivery.schema_versions SET serves = 99 WHERE version = 99",
    );
    let error = PostgresStore::open(&options(&SERVER.url(&database))).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Denied);
    assert!(whole(&error).contains("version 99"), "{}", whole(&error));
}

#[tokio::test]
async fn a_schema_from_before_the_first_release_is_refused() {
    let database = SERVER.create_database();
    create(&node(&SERVER.url(&database)).await.ledger(), 1).await;
    let older = "DELETE FROM desktop_delivery.schema_versions WHERE version > 3;
        UPDATE desktop_delivery.schema_versions SET version = 2, serves = 2";
    SERVER.run_sql(&database, older);
    let error = PostgresStore::open(&options(&SERVER.url(&database))).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Denied);
    assert!(whole(&error).contains("before the first release"), "{}", whole(&error));
}

#[tokio::test]
async fn a_schema_of_another_program_is_refused_unchanged() {
    let database = SERVER.create_database();
    SERVER.run_sql(&database, "CREATE SCHEMA desktop_delivery");
    SERVER.run_sql(&database, "CREATE TABLE desktop_delivery.loans (id integer)");
    let error = PostgresStore::open(&options(&SERVER.url(&database))).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Denied);
    let count = "SELECT count(*) FROM pg_tables WHERE schemaname = 'desktop_delivery'";
    assert_eq!(SERVER.query(&database, count), "1\n");
}

#[tokio::test]
async fn a_schema_created_by_an_administrator_is_migrated() {
    let database = SERVER.create_database();
    let role = format!("role_{database}");
    SERVER.run_sql(&database, &format!("CREATE ROLE {role} LOGIN"));
    let address = SERVER.url(&database).replace("postgres@", &format!("{role}@"));
    let error = PostgresStore::open(&options(&address)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Denied, "the role cannot create a schema");
    SERVER.run_sql(&database, &format!("CREATE SCHEMA desktop_delivery AUTHORIZATION {role}"));
    create(&node(&address).await.ledger(), 1).await;
}

#[tokio::test]
async fn a_database_that_cannot_store_unicode_is_refused() {
    let name = "latin";
    let make = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1'");
    SERVER.run_sql("postgres", &make);
    let error = PostgresStore::open(&options(&SERVER.url(name))).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Denied);
    assert!(whole(&error).contains("LATIN1"), "{}", whole(&error));
}
