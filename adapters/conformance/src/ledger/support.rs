//! Values and helpers for the checks of a ledger.

use crate::fixture::Fixture;
use desktop_delivery::delivery::{Budget, BudgetName, Delivery, DeliveryRecord, DeliveryUsage};
use desktop_delivery::events::{Event, EventKind};
use desktop_delivery::ids::{CommitId, CounterKey, VersionNo};
use desktop_delivery::ledger::{Change, Charge, CommitOutcome, DeliveryKey};
use desktop_delivery::{
    Actor, AgencyId, AttachmentNo, Citation, Facts, Ledger, PatronId, Policy, RequestHandle,
    RequestReference, Status, Timestamp, Zone,
};
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) type On = Fixture<dyn Ledger>;

/// 2026-11-23T20:46:32Z.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_466_792);

pub(crate) fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("a valid id")
}

pub(crate) fn reference(text: &str) -> RequestReference {
    RequestReference::new(text).expect("a valid reference")
}

/// A handle that is negative as a signed number.
pub(crate) const fn handle(number: u64) -> RequestHandle {
    RequestHandle::from_bytes((u64::MAX - number).to_be_bytes())
}

pub(crate) fn counter(number: u8) -> CounterKey {
    CounterKey::from_bytes([number; 16])
}

/// A record whose texts need quoting everywhere.
pub(crate) fn record(name: &str) -> DeliveryRecord {
    let patron = PatronId::new("p-2041 'é\"").expect("a valid id");
    let facts = Facts::new(
        reference(name),
        agency("CA-BVAU"),
        agency("CA-OTU"),
        "On “Ice” Ages, 'n\\o\" 1%_",
    )
    .with_source("Journal \u{1F4DA} of Glaciology; DROP TABLE requests; --")
    .with_citation(citation())
    .with_copyright_compliance("US-CCG")
    .with_patron(patron);
    DeliveryRecord::new(NOW, facts, NOW, Policy::illume().name, Zone::utc())
}

fn citation() -> Citation {
    let mut citation = Citation::default();
    citation.authors = vec!["O'Hallam, \"S.\"".to_owned(), "Oka\u{301}for, N.".to_owned()];
    citation.issn = "0022-1430".to_owned();
    citation
}

pub(crate) fn usage(used: u32) -> DeliveryUsage {
    let mut usage = DeliveryUsage::default();
    let budget = Budget::unspent(AttachmentNo::new(1), VersionNo::new(1), BudgetName::Shared);
    usage.budgets.push(Budget { used, ..budget });
    usage.last_claim = used;
    usage
}

/// Returns the last claim number in a usage made by [`usage`].
pub(crate) fn used(delivery: &Delivery) -> u32 {
    delivery.usage.budgets.first().map_or(0, |budget| budget.used)
}

pub(crate) fn event() -> Event {
    Event::new(NOW, Actor::Host, EventKind::Synced)
}

fn commit_id() -> CommitId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0x5A; 16];
    let number = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    bytes[..4].copy_from_slice(&number[4..]);
    bytes[8..].copy_from_slice(&number);
    CommitId::from_bytes(bytes)
}

/// A change that only writes an event.
pub(crate) fn change(handle: RequestHandle, expected: Option<u64>) -> Change {
    Change {
        handle,
        commit_id: commit_id(),
        expected,
        record: None,
        usage: None,
        events: vec![event()],
        outbox: Vec::new(),
        settle: Vec::new(),
        charges: Vec::new(),
    }
}

/// The change that creates a delivery.
pub(crate) fn made(handle: RequestHandle, name: &str) -> Change {
    Change {
        record: Some(record(name)),
        usage: Some(DeliveryUsage::default()),
        ..change(handle, None)
    }
}

pub(crate) fn charged(counter: CounterKey, amount: i64, limit: Option<u64>) -> Charge {
    Charge { counter, amount, limit, expires_at: None }
}

pub(crate) async fn commit(on: &On, change: Change) -> CommitOutcome {
    on.adapter.commit(change).await.expect("a commit is answered")
}

/// Commits a change that must succeed and returns the revision.
pub(crate) async fn committed(on: &On, change: Change) -> u64 {
    match commit(on, change).await {
        CommitOutcome::Committed { revision } => revision,
        other => panic!("it is committed, not {other:?}"),
    }
}

pub(crate) async fn load(on: &On, handle: RequestHandle) -> Option<Delivery> {
    on.adapter.load(DeliveryKey::Handle(handle)).await.expect("a load is answered")
}

/// Loads a delivery that must exist.
pub(crate) async fn stored(on: &On, handle: RequestHandle) -> Delivery {
    load(on, handle).await.expect("the delivery is stored")
}

/// Returns the value of a counter as a commit sees it, by charging it against a limit of zero.
pub(crate) async fn counter_value(on: &On, probe: RequestHandle, key: CounterKey) -> u64 {
    let revision = stored(on, probe).await.revision;
    // One more than the current value never fits a limit of zero.
    let charges = vec![charged(key, 1, Some(0))];
    match commit(on, Change { charges, ..change(probe, Some(revision)) }).await {
        CommitOutcome::Full { counter, used } => {
            assert_eq!(counter, key, "the outcome names the full counter");
            used
        }
        other => panic!("a limit of zero is full, not {other:?}"),
    }
}

pub(crate) fn with_status(mut record: DeliveryRecord, status: Status) -> DeliveryRecord {
    record.status = status;
    record
}
