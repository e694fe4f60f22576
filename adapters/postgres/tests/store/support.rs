//! Deliveries and commits with predictable content.

use desktop_delivery::delivery::{Delivery, DeliveryRecord, DeliveryUsage};
use desktop_delivery::events::{Event, EventKind};
use desktop_delivery::ids::{CommitId, CounterKey, PolicyName};
use desktop_delivery::ledger::{Change, CommitOutcome, DeliveryKey};
use desktop_delivery::{
    Actor, AgencyId, Facts, Ledger, RequestHandle, RequestReference, Timestamp, Zone,
};
use desktop_delivery_postgres::{PostgresLedger, PostgresOptions, PostgresStore};
use desktop_delivery_postgres_testing::TestServer;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The server for all tests that do not stop or reconfigure it.
pub(crate) static SERVER: LazyLock<TestServer> = LazyLock::new(TestServer::start);

/// The time of every event.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_466_792);

/// Creates a database and returns its address.
pub(crate) fn address() -> String {
    SERVER.url(&SERVER.create_database())
}

pub(crate) fn options(address: &str) -> PostgresOptions {
    let options = PostgresOptions::parse(address).expect("a valid address");
    options.with_connections(3).with_timeout(Duration::from_secs(5))
}

/// Opens a store with its own connections, as a separate node would.
pub(crate) async fn node(address: &str) -> PostgresStore {
    PostgresStore::open(&options(address)).await.expect("a database")
}

/// A handle whose first and last bytes are unique.
pub(crate) fn handle(number: u32) -> RequestHandle {
    let [a, b, c, d] = number.to_be_bytes();
    RequestHandle::from_bytes([d, c, 0, 0, a, b, c, d])
}

pub(crate) fn record(number: u32, title: &str) -> DeliveryRecord {
    let agency = |text: &str| AgencyId::new(text).expect("an id");
    let reference = RequestReference::new(format!("2026-{number:05}")).expect("a valid reference");
    let facts = Facts::new(reference, agency("CA-BVAU"), agency("CA-OTUCL"), title);
    let zone = Zone::new("America/Vancouver").expect("a valid zone");
    DeliveryRecord::new(NOW, facts, NOW, PolicyName::new("illume").expect("a name"), zone)
}

/// The commit that creates a delivery.
pub(crate) fn creation(number: u32, title: &str) -> Change {
    Change {
        record: Some(record(number, title)),
        usage: Some(DeliveryUsage::default()),
        ..step(handle(number), None, EventKind::Created)
    }
}

/// A commit that increments the usage of this delivery.
pub(crate) fn count(delivery: &Delivery) -> Change {
    let mut usage = delivery.usage.clone();
    usage.last_claim += 1;
    Change {
        usage: Some(usage),
        ..step(delivery.handle, Some(delivery.revision), EventKind::Reordered)
    }
}

pub(crate) fn counter(number: u8) -> CounterKey {
    CounterKey::from_bytes([number; 16])
}

fn step(handle: RequestHandle, expected: Option<u64>, what: EventKind) -> Change {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut id = [0x5a; 16];
    id[..4].copy_from_slice(&number.to_be_bytes()[4..]);
    id[8..].copy_from_slice(&number.to_be_bytes());
    Change {
        handle,
        commit_id: CommitId::from_bytes(id),
        expected,
        record: None,
        usage: None,
        events: vec![Event::new(NOW, Actor::System, what)],
        outbox: Vec::new(),
        settle: Vec::new(),
        charges: Vec::new(),
    }
}

pub(crate) async fn load(ledger: &PostgresLedger, number: u32) -> Delivery {
    let loaded = ledger.load(DeliveryKey::Handle(handle(number))).await.expect("load");
    loaded.expect("the delivery exists")
}

pub(crate) async fn create(ledger: &PostgresLedger, number: u32) {
    let outcome = ledger.commit(creation(number, "On the Migration of Eels")).await;
    assert_eq!(outcome.expect("create"), CommitOutcome::Committed { revision: 1 });
}

/// Asserts that a delivery, its usage and its history show the same count.
pub(crate) async fn assert_whole(ledger: &PostgresLedger, number: u32) -> Delivery {
    let delivery = load(ledger, number).await;
    assert_eq!(u64::from(delivery.usage.last_claim) + 1, delivery.revision, "delivery {number}");
    let events = ledger.events(delivery.handle, None, usize::MAX).await.expect("events");
    let revisions: Vec<u64> = events.iter().map(|event| event.position.revision).collect();
    let all: Vec<u64> = (1..=delivery.revision).collect();
    assert_eq!(revisions, all, "the history of delivery {number}");
    delivery
}

/// Returns the text of an error and all its causes.
pub(crate) fn whole(error: &(dyn std::error::Error + 'static)) -> String {
    let cause = error.source().map(whole).unwrap_or_default();
    format!("{error} / {error:?} / {cause}")
}
