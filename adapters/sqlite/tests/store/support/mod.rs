//! Deliveries and commits with predictable content.

pub(crate) mod child;
pub(crate) mod desk;

use desktop_delivery::delivery::{Delivery, DeliveryRecord, DeliveryUsage};
use desktop_delivery::events::{Event, EventKind};
use desktop_delivery::ids::{CommitId, PolicyName};
use desktop_delivery::ledger::{Change, CommitOutcome, DeliveryKey};
use desktop_delivery::{
    Actor, AgencyId, Facts, Ledger, RequestHandle, RequestReference, StoreError, Timestamp, Zone,
};
use futures_executor::block_on;

/// The time of every event.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_466_792);

/// A handle whose first and last bytes are unique.
pub(crate) fn handle(number: u32) -> RequestHandle {
    let [a, b, c, d] = number.to_be_bytes();
    RequestHandle::from_bytes([d, c, 0, 0, a, b, c, d])
}

/// The id of the commit that creates this revision of this delivery.
pub(crate) fn commit_id(handle: RequestHandle, revision: u64) -> CommitId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&handle.to_bytes());
    bytes[8..].copy_from_slice(&revision.to_be_bytes());
    CommitId::from_bytes(bytes)
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

fn step(handle: RequestHandle, expected: Option<u64>, what: EventKind) -> Change {
    Change {
        handle,
        commit_id: commit_id(handle, expected.unwrap_or(0) + 1),
        expected,
        record: None,
        usage: None,
        events: vec![Event::new(NOW, Actor::System, what)],
        outbox: Vec::new(),
        settle: Vec::new(),
        charges: Vec::new(),
    }
}

pub(crate) fn load(ledger: &dyn Ledger, number: u32) -> Option<Delivery> {
    block_on(ledger.load(DeliveryKey::Handle(handle(number)))).expect("load")
}

pub(crate) fn create(ledger: &dyn Ledger, number: u32) {
    let outcome = block_on(ledger.commit(creation(number, "On the Migration of Eels")));
    assert_eq!(outcome.expect("create"), CommitOutcome::Committed { revision: 1 });
}

/// Increments once, retrying when others commit first; returns the revision created.
pub(crate) fn count_once(ledger: &dyn Ledger, number: u32) -> Result<u64, StoreError> {
    loop {
        let delivery = block_on(ledger.load(DeliveryKey::Handle(handle(number))))?;
        let delivery = delivery.expect("the delivery exists");
        if let CommitOutcome::Committed { revision } = block_on(ledger.commit(count(&delivery)))? {
            return Ok(revision);
        }
    }
}

/// Asserts that a delivery, its usage and its history show the same count.
pub(crate) fn assert_whole(ledger: &dyn Ledger, number: u32) -> Delivery {
    let delivery = load(ledger, number).expect("the delivery exists");
    assert_eq!(u64::from(delivery.usage.last_claim) + 1, delivery.revision, "delivery {number}");
    let events = block_on(ledger.events(delivery.handle, None, usize::MAX)).expect("events");
    let revisions: Vec<u64> = events.iter().map(|event| event.position.revision).collect();
    let all: Vec<u64> = (1..=delivery.revision).collect();
    assert_eq!(revisions, all, "the history of delivery {number}");
    delivery
}
