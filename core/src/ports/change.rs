use crate::model::delivery::{DeliveryRecord, DeliveryUsage, Facts, Status};
use crate::model::event::Event;
use crate::model::ids::{AgencyId, CommitId, CounterKey, NoticeNo, PatronId, RequestHandle};
use crate::model::search::Search;
use crate::model::timestamp::Timestamp;

/// What one commit does to one delivery: all of it happens, or none.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "ledgers and their tests take it apart")]
pub struct Change {
    /// The delivery.
    pub handle: RequestHandle,
    /// Names this commit, and no other; a retry of the same change has the same.
    pub commit_id: CommitId,
    /// The revision that must be stored now; `None` where nothing must be stored, neither under
    /// this handle nor under this reference.
    pub expected: Option<u64>,
    /// The record from now on; `None` leaves it as it is (never for a new delivery).
    pub record: Option<DeliveryRecord>,
    /// The usage from now on; `None` leaves it as it is (never for a new delivery).
    pub usage: Option<DeliveryUsage>,
    /// What happened; never empty.
    pub events: Vec<Event>,
    /// Notices to be sent from now on.
    pub outbox: Vec<OutboxEntry>,
    /// Leased notices that this commit settles.
    pub settle: Vec<Settlement>,
    /// Amounts against counters that span requests.
    pub charges: Vec<Charge>,
}

/// Puts a notice in the outbox; what it says stands in the delivery's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers and their tests take it apart")]
pub struct OutboxEntry {
    /// The notice.
    pub notice: NoticeNo,
    /// Not to be leased before this instant.
    pub not_before: Timestamp,
}

/// Holds a notice for one worker until a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers and their tests make it")]
pub struct Lease {
    /// The request.
    pub handle: RequestHandle,
    /// The notice.
    pub notice: NoticeNo,
    /// Grows with each lease of this notice: a worker that was overtaken cannot settle.
    pub fence: u64,
}

/// Ends a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers and their tests take it apart")]
pub struct Settlement {
    /// The lease. If another lease of the notice came later, the commit is `Stale`.
    pub lease: Lease,
    /// When to try again; `None` takes the notice out of the outbox.
    pub retry_at: Option<Timestamp>,
}

/// Adds an amount to a counter that spans requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers and their tests take it apart")]
pub struct Charge {
    /// The counter.
    pub counter: CounterKey,
    /// What is added; negative amounts give back, never below zero.
    pub amount: i64,
    /// The most that the counter may hold after a positive amount; `None` does not limit.
    pub limit: Option<u64>,
    /// From when on the counter may be forgotten; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// What became of a [`Change`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "every caller must know all outcomes")]
pub enum CommitOutcome {
    /// All of it is durable.
    Committed {
        /// The revision from now on.
        revision: u64,
    },
    /// Nothing happened: a counter would go over its limit.
    Full {
        /// The counter.
        counter: CounterKey,
        /// What it holds now.
        used: u64,
    },
    /// Nothing happened: another revision is stored, or a lease was overtaken. Load and decide
    /// again.
    Stale,
}

/// Names a delivery to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "every ledger must know all of them")]
pub enum DeliveryKey<'a> {
    /// By our handle.
    Handle(RequestHandle),
    /// By the host's reference.
    Reference(&'a crate::RequestReference),
}

/// Selects deliveries to list, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers take it apart")]
pub struct ListQuery {
    /// Whose.
    pub party: Party,
    /// In this status alone.
    pub status: Option<Status>,
    /// Those alone that match it.
    pub search: Option<Search>,
    /// Those alone that wait for the supplier's answer: [`DeliveryRecord::waits_for_supplier`].
    pub waiting: bool,
    /// Goes on behind this place.
    pub after: Option<ListPosition>,
    /// At most this many, `1..=1000`.
    pub limit: usize,
}

impl ListQuery {
    /// The first page of all that a party has.
    #[must_use]
    pub const fn of(party: Party, limit: usize) -> Self {
        Self { party, status: None, search: None, waiting: false, after: None, limit }
    }
}

/// Tells whose deliveries are listed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "every ledger must know all of them")]
pub enum Party {
    /// All, for the operator.
    Anyone,
    /// Those of this requester's patron.
    Patron(AgencyId, PatronId),
    /// Those that this agency asked for.
    Requester(AgencyId),
    /// Those that this agency supplies.
    Supplier(AgencyId),
}

/// Points behind a delivery in a list: the order is by creation, newest first, then by handle,
/// greatest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "a position is made by every ledger")]
pub struct ListPosition {
    /// When it was made.
    pub created_at: Timestamp,
    /// Its handle.
    pub handle: RequestHandle,
}

/// One delivery in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers make it")]
pub struct DeliverySummary {
    /// Its place in the list.
    pub position: ListPosition,
    /// Where it stands.
    pub status: Status,
    /// Since when.
    pub status_since: Timestamp,
    /// What the host knows.
    pub facts: Facts,
    /// How many attachments are neither removed nor purged.
    pub attachments: usize,
    /// How many wishes for more wait for an answer.
    pub extension_requests: usize,
    /// How many problems that the requester's staff reported wait for an answer.
    pub problems: usize,
    /// Since when the requester's wish to cancel waits for an answer.
    pub cancel_requested_at: Option<Timestamp>,
}

impl DeliverySummary {
    /// What a list shows of a delivery.
    #[must_use]
    pub fn of(handle: RequestHandle, record: &DeliveryRecord) -> Self {
        Self {
            position: ListPosition { created_at: record.created_at, handle },
            status: record.status,
            status_since: record.status_since,
            facts: record.facts.clone(),
            attachments: record.live_attachments().count(),
            extension_requests: record.extension_requests.len(),
            problems: record.problems.iter().filter(|problem| problem.is_open()).count(),
            cancel_requested_at: record.cancel_requested_at,
        }
    }
}
