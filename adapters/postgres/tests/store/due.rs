use crate::support::{NOW, counter, creation, node};
use desktop_delivery::Ledger;
use desktop_delivery::ledger::{Change, Charge};
use desktop_delivery_postgres_testing::Start;

#[tokio::test]
async fn polling_for_due_work_writes_only_if_counters_expired() {
    let server = Start::new().with_setting("log_statement", "mod").start();
    let database = server.create_database();
    let ledger = node(&server.url(&database)).await.ledger();
    let at = NOW.plus_seconds(60);
    let charge = Charge { counter: counter(7), amount: 1, limit: None, expires_at: Some(at) };
    let charged = Change { charges: vec![charge], ..creation(1, "Eels") };
    ledger.commit(charged).await.unwrap();
    let count = "SELECT count(*) FROM desktop_delivery.counters";
    let has_deleted = || server.log().contains("DELETE FROM counters");
    ledger.due(at.plus_seconds(-1), 10).await.unwrap();
    assert_eq!((&*server.query(&database, count), has_deleted()), ("1\n", false));
    ledger.due(at, 10).await.unwrap();
    assert_eq!((&*server.query(&database, count), has_deleted()), ("0\n", true));
}
