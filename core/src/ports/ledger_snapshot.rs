use crate::model::delivery::Delivery;
use crate::model::event::Event;
use crate::model::ids::{CommitId, CounterKey, RequestHandle};
use crate::model::timestamp::Timestamp;
use crate::ports::StoreError;
use crate::ports::change::OutboxEntry;
use crate::ports::ledger::Ledger;
use async_trait::async_trait;

/// Exports and imports the complete contents of a ledger, to move an installation to another engine
/// or to store it in a neutral format.
///
/// Each delivery is copied in a consistent state. Commits made during the copy may or may not be
/// included; to move an installation, stop its servers first.
///
/// # Example
/// ```
/// # use desktop_delivery::StoreError;
/// # use desktop_delivery::ledger::LedgerSnapshot;
/// # use desktop_delivery::memory::MemoryLedger;
/// async fn copy_all(from: &dyn LedgerSnapshot, to: &dyn LedgerSnapshot) -> Result<(), StoreError> {
///     let mut after = None;
///     loop {
///         let copies = from.snapshots(after, 100).await?;
///         let Some(last) = copies.last() else { break };
///         after = Some(last.delivery.handle);
///         to.store_snapshots(copies).await?;
///     }
///     let mut after = None;
///     loop {
///         let counters = from.counter_snapshots(after, 1_000).await?;
///         let Some(last) = counters.last() else { return Ok(()) };
///         after = Some(last.counter);
///         to.store_counter_snapshots(counters).await?;
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
    /// Returns at most `limit` deliveries after `after`, in an order defined by the ledger. While
    /// none is added, each appears on exactly one page (`snapshots_are_paged_exactly_once`).
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails; `Corrupt` if the stored data cannot be read.
    async fn snapshots(
        &self,
        after: Option<RequestHandle>,
        limit: usize,
    ) -> Result<Vec<DeliverySnapshot>, StoreError>;

    /// Stores deliveries exactly as in the snapshots, replacing any with the same handles, durably
    /// and completely or not at all.
    ///
    /// They then load, list, become due and are found as in their original ledger
    /// (`stored_snapshots_equal_committed_deliveries`). Storing the same snapshots again changes
    /// nothing (`storing_a_snapshot_twice_stores_it_once`, `stored_snapshots_are_durable`). A
    /// notice that was leased becomes due at the end of that lease. The previous contents are no
    /// longer [recalled](Ledger::recall) (`a_replaced_delivery_is_not_recalled`).
    ///
    /// Afterwards, the [feed](Ledger::events_since) contains the stored events, with those of each
    /// request in order, under a new generation, so that reading from an earlier position returns
    /// `Reset` (`stored_snapshots_reset_the_feed`).
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails; of kind `Unexpected` if a reference belongs to another
    /// delivery.
    async fn store_snapshots(&self, copies: Vec<DeliverySnapshot>) -> Result<(), StoreError>;

    /// Returns at most `limit` counters after `after`, ordered by key
    /// (`counters_are_copied_exactly`). A counter whose amount fell to 0 is not
    /// kept, nor is its expiry: the next charge sets it again
    /// (`an_emptied_counter_takes_a_new_expiry`).
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn counter_snapshots(
        &self,
        after: Option<CounterKey>,
        limit: usize,
    ) -> Result<Vec<CounterSnapshot>, StoreError>;

    /// Stores counters exactly as in the snapshots, replacing any with the same keys, durably and
    /// completely or not at all.
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn store_counter_snapshots(&self, copies: Vec<CounterSnapshot>)
    -> Result<(), StoreError>;

    /// Replaces the generation of the [feed](Ledger::events_since), so that every consumer must
    /// start again (`a_reset_feed_begins_again`). Call this after replacing the stored data with an
    /// older copy.
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn reset_feed(&self) -> Result<(), StoreError>;
}

/// The complete data of one delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers make it and take it apart")]
pub struct DeliverySnapshot {
    /// The delivery.
    pub delivery: Delivery,
    /// The commits of the delivery in revision order, starting with revision 1, each with its
    /// events, of which there is at least one.
    pub history: Vec<(CommitId, Vec<Event>)>,
    /// The notices in the outbox, ordered by number. A leased notice is due at the end of its
    /// lease.
    pub outbox: Vec<OutboxEntry>,
}

/// A counter that spans requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers make it and take it apart")]
pub struct CounterSnapshot {
    /// The counter.
    pub counter: CounterKey,
    /// Its value, at least 1.
    pub used: u64,
    /// The time from which it may be deleted; `None` for never.
    pub expires_at: Option<Timestamp>,
}
