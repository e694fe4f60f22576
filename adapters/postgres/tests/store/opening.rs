use crate::support::{SERVER, create, creation, load, node, options, whole};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::ledger::{ListQuery, Party, Search};
use desktop_delivery::{AgencyId, Ledger};
use desktop_delivery_postgres::PostgresStore;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_open_a_new_database_at_once_make_it_once() {
    for _ in 0..8 {
        let database = SERVER.create_database();
        let mut tasks = JoinSet::new();
        for number in 0..6 {
            let address = SERVER.url(&database);
            tasks.spawn(async move { create(&node(&address).await.ledger(), number).await });
        }
        tasks.join_all().await;
        let versions =
            SERVER.query(&database, "SELECT version FROM desktop_delivery.schema_versions");
        assert_eq!(versions, "1\n2\n");
        let ledger = node(&SERVER.url(&database)).await.ledger();
        for number in 0..6 {
            load(&ledger, number).await;
        }
    }
}

#[tokio::test]
async fn a_newer_schema_is_used_if_it_serves_this_version_and_refused_if_not() {
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
async fn what_the_first_version_stored_is_found_by_the_lexemes_of_the_second() {
    let database = SERVER.create_database();
    let mut made = creation(1, "On the Migration of Eels");
    let record = made.record.as_mut().unwrap();
    record.cancel_requested_at = Some(record.created_at);
    node(&SERVER.url(&database)).await.ledger().commit(made).await.unwrap();
    create(&node(&SERVER.url(&database)).await.ledger(), 2).await;
    let documents = "SELECT document FROM desktop_delivery.searchable ORDER BY handle";
    let now = SERVER.query(&database, documents);
    assert!(["'_peels'", "'_pmigr'", "'_wr", "'_ws"].iter().all(|new| now.contains(new)), "{now}");
    let first = "DELETE FROM desktop_delivery.schema_versions WHERE version > 1;
        UPDATE desktop_delivery.searchable SET document = array_to_tsvector(ARRAY(
            SELECT lexeme FROM unnest(document) WHERE lexeme !~ '^_(p|w.)'
        ))";
    SERVER.run_sql(&database, first);
    assert_ne!(SERVER.query(&database, documents), now);
    let ledger = node(&SERVER.url(&database)).await.ledger();
    assert_eq!(SERVER.query(&database, documents), now);
    for (typed, found) in [("eels", 2), ("migr", 2), ("2026 00001", 1)] {
        let query = ListQuery { search: Search::of(typed), ..ListQuery::of(Party::Anyone, 10) };
        assert_eq!(ledger.list(&query).await.unwrap().len(), found, "{typed}");
    }
    let agency = |id| AgencyId::new(id).unwrap();
    let parties = [Party::Requester(agency("CA-BVAU")), Party::Supplier(agency("CA-OTUCL"))];
    for party in parties {
        let waiting = ListQuery { waiting: true, ..ListQuery::of(party, 10) };
        assert_eq!(ledger.list(&waiting).await.unwrap().len(), 1, "{waiting:?}");
    }
}

#[tokio::test]
async fn a_schema_of_another_program_is_refused_and_left_alone() {
    let database = SERVER.create_database();
    SERVER.run_sql(&database, "CREATE SCHEMA desktop_delivery");
    SERVER.run_sql(&database, "CREATE TABLE desktop_delivery.loans (id integer)");
    let error = PostgresStore::open(&options(&SERVER.url(&database))).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Denied);
    let count = "SELECT count(*) FROM pg_tables WHERE schemaname = 'desktop_delivery'";
    assert_eq!(SERVER.query(&database, count), "1\n");
}

#[tokio::test]
async fn a_schema_that_an_administrator_made_is_filled() {
    let database = SERVER.create_database();
    let role = format!("role_{database}");
    SERVER.run_sql(&database, &format!("CREATE ROLE {role} LOGIN"));
    let address = SERVER.url(&database).replace("postgres@", &format!("{role}@"));
    let error = PostgresStore::open(&options(&address)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Denied, "it may not make one by itself");
    SERVER.run_sql(&database, &format!("CREATE SCHEMA desktop_delivery AUTHORIZATION {role}"));
    create(&node(&address).await.ledger(), 1).await;
}

#[tokio::test]
async fn a_database_that_cannot_hold_every_text_is_refused() {
    let name = "latin";
    let make = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1'");
    SERVER.run_sql("postgres", &make);
    let error = PostgresStore::open(&options(&SERVER.url(name))).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Denied);
    assert!(whole(&error).contains("LATIN1"), "{}", whole(&error));
}
