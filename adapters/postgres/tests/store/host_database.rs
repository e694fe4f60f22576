use crate::support::{SERVER, assert_whole, count, create, load, options};
use desktop_delivery::Ledger;
use desktop_delivery::ledger::CommitOutcome;
use desktop_delivery_postgres::{PostgresOptions, PostgresStore};
use std::time::Duration;

/// Tables of a host with the names of ours, in the schema that everyone finds first.
const HOST: &str = "CREATE TABLE requests (id integer); CREATE TABLE events (id integer);
    CREATE TABLE request_usage (id integer); CREATE TABLE schema_versions (id integer);
    CREATE TABLE registry (id integer); CREATE SEQUENCE fences;
    INSERT INTO requests VALUES (1), (2); INSERT INTO events VALUES (3)";

const ROWS: &str = "SELECT (SELECT count(*) FROM requests) || ' ' || (SELECT count(*) FROM events)";

/// Two stores with schemas of their own, opened from the host's configuration, beside its tables.
#[tokio::test(flavor = "multi_thread")]
async fn stores_with_other_schemas_share_a_database_with_a_host() {
    let database = SERVER.create_database();
    SERVER.run_sql(&database, HOST);
    let mut config = tokio_postgres::Config::new();
    config.host("127.0.0.1").port(SERVER.port()).user("postgres").dbname(&database);
    // The host's own search path does not affect the store.
    config.options("-c search_path=public,pg_catalog");
    let mut stores = Vec::new();
    for (schema, commits) in [("order", 2), ("delivery_2", 3)] {
        let options = PostgresOptions::from_config(config.clone()).unwrap();
        let options = options.with_timeout(Duration::from_secs(5)).with_schema(schema).unwrap();
        let store = PostgresStore::open(&options).await.unwrap();
        create(&store.ledger(), 1).await;
        for revision in 2..=commits {
            let change = count(&load(&store.ledger(), 1).await);
            let outcome = store.ledger().commit(change).await.unwrap();
            assert_eq!(outcome, CommitOutcome::Committed { revision });
        }
        stores.push((store, commits));
    }
    for (store, commits) in stores {
        assert_eq!(assert_whole(&store.ledger(), 1).await.revision, commits);
        let feed = store.ledger().events_since(Default::default(), 10).await.unwrap();
        let desktop_delivery::ledger::FeedOutcome::Page(feed) = feed else { panic!("{feed:?}") };
        assert_eq!(feed.rows.len() as u64, commits);
    }
    assert_eq!(SERVER.query(&database, ROWS).trim(), "2 1");
    let ours = "SELECT count(*) FROM pg_namespace WHERE nspname = 'desktop_delivery'";
    assert_eq!(SERVER.query(&database, ours).trim(), "0");
    assert_eq!(SERVER.query(&database, "SHOW search_path").trim(), "\"$user\", public");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_configuration_or_schema_is_refused() {
    let mut config = tokio_postgres::Config::new();
    assert!(PostgresOptions::from_config(config.clone()).is_err(), "no host");
    config.host("127.0.0.1");
    assert!(PostgresOptions::from_config(config).is_err(), "no database");
    let options = options("postgres://desk@localhost/delivery");
    for name in ["", "Delivery", "a b", "pg_delivery", "x\"; DROP SCHEMA public"] {
        assert!(options.clone().with_schema(name).is_err(), "{name}");
    }
}
