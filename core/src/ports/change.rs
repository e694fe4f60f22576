use crate::model::delivery::{DeliveryRecord, DeliveryUsage, Status};
use crate::model::event::Event;
use crate::model::facts::Facts;
use crate::model::ids::{AgencyId, CommitId, CounterKey, NoticeNo, PatronId, RequestHandle};
use crate::model::search::Search;
use crate::model::timestamp::Timestamp;
use crate::model::veto::Veto;
use crate::ports::list_position::ListPosition;

/// The changes of one commit to one delivery, applied completely or not at all.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "ledgers and their tests take it apart")]
pub struct Change {
    /// The delivery.
    pub handle: RequestHandle,
    /// Identifies this commit. A retry of the same change has the same id.
    pub commit_id: CommitId,
    /// The revision that must be stored, or `None` if neither the handle nor the reference may be
    /// in use.
    pub expected: Option<u64>,
    /// The new record; `None` leaves it unchanged. Required for a new delivery.
    pub record: Option<DeliveryRecord>,
    /// The new usage; `None` leaves it unchanged. Required for a new delivery.
    pub usage: Option<DeliveryUsage>,
    /// The events to append; never empty.
    pub events: Vec<Event>,
    /// Notices to add to the outbox.
    pub outbox: Vec<OutboxEntry>,
    /// Leased notices settled by this commit.
    pub settle: Vec<Settlement>,
    /// Charges against counters that span requests.
    pub charges: Vec<Charge>,
}

/// A notice to add to the outbox. Its content is in the delivery's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers and their tests take it apart")]
pub struct OutboxEntry {
    /// The notice.
    pub notice: NoticeNo,
    /// The time from which it can be leased.
    pub not_before: Timestamp,
}

/// The lease of a notice by one worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers and their tests make it")]
pub struct Lease {
    /// The request.
    pub handle: RequestHandle,
    /// The notice.
    pub notice: NoticeNo,
    /// Increases with each lease of this notice, so that a superseded worker cannot settle.
    pub fence: u64,
}

/// The end of a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers and their tests take it apart")]
pub struct Settlement {
    /// The lease. If the notice has been leased again since, the commit is `Stale`.
    pub lease: Lease,
    /// When to retry; `None` removes the notice from the outbox.
    pub retry_at: Option<Timestamp>,
}

/// An amount added to a counter that spans requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers and their tests take it apart")]
pub struct Charge {
    /// The counter.
    pub counter: CounterKey,
    /// The amount to add. A negative amount is a refund, which never goes below zero.
    pub amount: i64,
    /// The maximum value after adding a positive amount; `None` for no limit.
    pub limit: Option<u64>,
    /// The time from which the counter may be deleted; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// The outcome of committing a [`Change`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "every caller must know all outcomes")]
pub enum CommitOutcome {
    /// The whole change is durable.
    Committed {
        /// The new revision.
        revision: u64,
    },
    /// Nothing was changed, because a counter would exceed its limit.
    Full {
        /// The counter.
        counter: CounterKey,
        /// Its current value.
        used: u64,
    },
    /// Nothing was changed, because the stored revision is a different one or a lease was
    /// superseded. Load the delivery and decide again.
    Stale,
    /// Nothing was changed, because the host's commit hook refused the change.
    Vetoed(Box<Veto>),
}

/// Identifies a delivery to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "every ledger must know all of them")]
pub enum DeliveryKey<'a> {
    /// Its handle.
    Handle(RequestHandle),
    /// The host's reference.
    Reference(&'a crate::RequestReference),
}

/// Selects deliveries for a list, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListQuery {
    /// The party whose deliveries are listed.
    pub party: Party,
    /// Restricts the list to this status.
    pub status: Option<Status>,
    /// Restricts the list to matches of this search.
    pub search: Option<Search>,
    /// Restricts the list to requests that wait for the supplier
    /// ([`DeliveryRecord::waits_for_supplier`]).
    pub waiting: bool,
    /// The position after which the page begins.
    pub after: Option<ListPosition>,
    /// The maximum number of entries, 1 to 1,000.
    pub limit: usize,
}

impl ListQuery {
    /// Returns a query for the first page of all deliveries of a party.
    #[must_use]
    pub const fn of(party: Party, limit: usize) -> Self {
        Self { party, status: None, search: None, waiting: false, after: None, limit }
    }

    /// Lists the deliveries of another party.
    #[must_use]
    pub fn with_party(self, party: Party) -> Self {
        Self { party, ..self }
    }

    /// Restricts the list to a status; `None` lifts the restriction.
    #[must_use]
    pub fn with_status(self, status: impl Into<Option<Status>>) -> Self {
        Self { status: status.into(), ..self }
    }

    /// Restricts the list to the matches of a search; `None` lifts the restriction.
    #[must_use]
    pub fn with_search(self, search: impl Into<Option<Search>>) -> Self {
        Self { search: search.into(), ..self }
    }

    /// Sets whether the list is restricted to requests that wait for the supplier.
    #[must_use]
    pub fn with_waiting(self, waiting: bool) -> Self {
        Self { waiting, ..self }
    }

    /// Sets the position after which the page begins; `None` for the first page.
    #[must_use]
    pub fn with_after(self, after: impl Into<Option<ListPosition>>) -> Self {
        Self { after: after.into(), ..self }
    }

    /// Sets the maximum number of entries, 1 to 1,000.
    #[must_use]
    pub fn with_limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }
}

/// The party whose deliveries are listed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "every ledger must know all of them")]
pub enum Party {
    /// All deliveries, for the operator.
    Anyone,
    /// The deliveries to this patron of this requester.
    Patron(AgencyId, PatronId),
    /// The deliveries requested by this agency.
    Requester(AgencyId),
    /// The deliveries supplied by this agency.
    Supplier(AgencyId),
}

/// A delivery in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers make it")]
pub struct DeliverySummary {
    /// Its position in the list.
    pub position: ListPosition,
    /// The status.
    pub status: Status,
    /// The time of the last status change.
    pub status_since: Timestamp,
    /// The facts supplied by the host.
    pub facts: Facts,
    /// The number of attachments that are neither removed nor purged.
    pub attachments: usize,
    /// The number of extension requests waiting for an answer.
    pub extension_requests: usize,
    /// The number of problems reported by the requester's staff and waiting for an answer.
    pub problems: usize,
    /// When the requester asked to cancel, if that is waiting for an answer.
    pub cancel_requested_at: Option<Timestamp>,
}

impl DeliverySummary {
    /// Returns the summary of a delivery.
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
