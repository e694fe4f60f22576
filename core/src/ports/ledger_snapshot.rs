use crate::model::delivery::Delivery;
use crate::model::event::Event;
use crate::model::ids::{CommitId, CounterKey, RequestHandle};
use crate::model::timestamp::Timestamp;
use crate::ports::StoreError;
use crate::ports::change::OutboxEntry;
use crate::ports::ledger::Ledger;
use async_trait::async_trait;

/// Hands over whole what a ledger keeps, and takes it in, so that an installation can move to another
/// engine or be kept in a neutral form.
///
/// A delivery is copied as it is at one moment. What is committed elsewhere while a ledger is read is
/// in the copy or not, so an installation that moves is stopped meanwhile.
///
/// # Example
/// ```
/// # use desktop_delivery::StoreError;
/// # use desktop_delivery::ledger::LedgerSnapshot;
/// # use desktop_delivery::memory::MemoryLedger;
/// async fn copy_all(from: &dyn LedgerSnapshot, to: &dyn LedgerSnapshot) -> Result<(), StoreError> {
///     let mut after = None;
///     loop {
///         let copies = from.copies(after, 100).await?;
///         let Some(last) = copies.last() else { break };
///         after = Some(last.delivery.handle);
///         to.store_copies(copies).await?;
///     }
///     let mut after = None;
///     loop {
///         let counters = from.counter_copies(after, 1_000).await?;
///         let Some(last) = counters.last() else { return Ok(()) };
///         after = Some(last.counter);
///         to.store_counter_copies(counters).await?;
///     }
/// }
/// # let (from, to) = (MemoryLedger::new(), MemoryLedger::new());
/// # futures_executor::block_on(copy_all(&from, &to)).unwrap();
/// ```
///
/// # Contract
/// The names in parentheses are checks of the package `desktop-delivery-conformance`.
#[async_trait]
pub trait LedgerSnapshot: Ledger {
    /// Reads at most `limit` deliveries whole, those behind `after` in an order of the ledger's own,
    /// each exactly once over all pages while none is added (`copies_are_paged_each_exactly_once`).
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails; `Corrupt` where what is stored cannot be read.
    async fn copies(
        &self,
        after: Option<RequestHandle>,
        limit: usize,
    ) -> Result<Vec<DeliverySnapshot>, StoreError>;

    /// Stores deliveries as they are in the copies, each in the place of what was stored under its
    /// handle, all of them durably or none.
    ///
    /// From then on they load, list, fall due and are found as in the ledger they come from
    /// (`what_is_copied_in_is_as_what_was_committed`), and again when the same copies are stored once
    /// more (`a_copy_stored_twice_is_there_once`, `stored_copies_are_durable`). A notice that was
    /// leased waits for the end of its lease.
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails, and of kind `Unexpected` where another delivery has the
    /// reference of one of them.
    async fn store_copies(&self, copies: Vec<DeliverySnapshot>) -> Result<(), StoreError>;

    /// Reads at most `limit` counters, those behind `after` in the order of their keys
    /// (`counters_are_copied_as_they_are`). A counter whose amount came to 0 is not kept, nor is its
    /// end: later charges set it anew (`a_counter_that_was_empty_has_the_end_of_later_charges`).
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails.
    async fn counter_copies(
        &self,
        after: Option<CounterKey>,
        limit: usize,
    ) -> Result<Vec<CounterSnapshot>, StoreError>;

    /// Stores counters as they are in the copies, each in the place of what was stored under its key,
    /// all of them durably or none.
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails.
    async fn store_counter_copies(&self, copies: Vec<CounterSnapshot>) -> Result<(), StoreError>;
}

/// Holds everything that a ledger keeps of one delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers make it and take it apart")]
pub struct DeliverySnapshot {
    /// The delivery.
    pub delivery: Delivery,
    /// The commits that made it what it is, in the order of their revisions, from 1; each with its
    /// events, of which there is at least one.
    pub history: Vec<(CommitId, Vec<Event>)>,
    /// The notices that wait to be sent, in the order of their numbers; one that is leased waits for
    /// the end of its lease.
    pub outbox: Vec<OutboxEntry>,
}

/// Holds one counter that spans requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers make it and take it apart")]
pub struct CounterSnapshot {
    /// The counter.
    pub counter: CounterKey,
    /// What it holds, from 1.
    pub used: u64,
    /// From when on it may be forgotten; `None` for never.
    pub expires_at: Option<Timestamp>,
}
