use crate::model::delivery::Delivery;
use crate::model::event::{EventPosition, RecordedEvent};
use crate::model::ids::{CommitId, CounterKey, RequestHandle};
use crate::model::timestamp::Timestamp;
use crate::ports::StoreError;
use crate::ports::change::{Change, CommitOutcome, DeliveryKey, DeliverySummary, Lease, ListQuery};
use crate::ports::feed::{FeedOutcome, FeedStart};
use async_trait::async_trait;
use std::fmt::Debug;

/// Stores deliveries with their history, the outbox and the counters.
///
/// A ledger contains no policy: it applies a [`Change`] completely or not at all and returns the
/// outcome. Concurrent changes to one delivery are ordered by its revision.
///
/// # Example
/// A host may read the ledger directly. Only the desk may write to it.
/// ```
/// # use desktop_delivery::{Ledger, RequestReference, Status, StoreError};
/// # use desktop_delivery::ledger::DeliveryKey;
/// # use desktop_delivery::memory::MemoryLedger;
/// async fn status(
///     ledger: &dyn Ledger,
///     request: &RequestReference,
/// ) -> Result<Option<Status>, StoreError> {
///     let delivery = ledger.load(DeliveryKey::Reference(request)).await?;
///     Ok(delivery.map(|delivery| delivery.record.status))
/// }
/// # let unknown = RequestReference::new("2026-00417").unwrap();
/// # let found = futures_executor::block_on(status(&MemoryLedger::new(), &unknown)).unwrap();
/// # assert_eq!(found, None);
/// ```
///
/// # Contract
/// The names in parentheses are checks of the package `desktop-delivery-conformance`.
///
/// Cancellation: callers may drop the future of any method at any time. A change whose commit is
/// dropped is stored completely or not at all, and does not block other callers
/// (`a_dropped_commit_is_complete_or_absent`).
///
/// Together, these guarantees make counting exact: through [`Desk`](crate::Desk), concurrent claims
/// are granted up to exactly the limit (`parallel_claims_grant_exactly_the_limit`), and repeats of
/// a claim count once (`parallel_repeats_of_a_claim_count_once`). Concurrent uploads to one request
/// are all attached (`parallel_uploads_to_one_request_are_all_attached`), and other processes find
/// the uploads of a dead process as due work (`uploads_of_a_dead_process_are_removed`).
#[async_trait]
pub trait Ledger: Debug + Send + Sync {
    /// Loads a delivery as of its last commit, or returns `None` if it does not exist
    /// (`load_returns_none_for_an_unknown_delivery`, `a_delivery_loads_as_it_was_committed`,
    /// `a_delivery_loads_by_its_reference`).
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails; `Corrupt` if the stored data cannot be read.
    async fn load(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, StoreError>;

    /// Loads several deliveries, each as of its last commit, in the order of `handles`. Leaves out
    /// those that do not exist (`many_deliveries_load_in_the_order_of_their_handles`). A page
    /// of handles takes a constant number of round trips to the backend.
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails; `Corrupt` if the stored data of any of them cannot be
    /// read.
    async fn load_many(&self, handles: &[RequestHandle]) -> Result<Vec<Delivery>, StoreError>;

    /// Loads a delivery as [`load`](Self::load) does, and may keep it for [`recall`](Self::recall).
    /// Used for pages with a download button (`a_recalled_delivery_was_committed`). The default
    /// keeps nothing.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    async fn load_to_recall(&self, handle: RequestHandle) -> Result<Option<Delivery>, StoreError> {
        self.load(DeliveryKey::Handle(handle)).await
    }

    /// Returns a delivery as this process last saw it, possibly outdated, or `None` if it has not
    /// kept one. Must not read from the backend.
    ///
    /// This saves the load before a commit that nearly always succeeds: a decision on a recalled
    /// delivery commits against its revision, and the commit is `Stale` if the delivery has changed
    /// (`a_commit_on_an_outdated_recall_is_stale`). Refusals, and answers that no commit checks,
    /// must be decided on a loaded delivery.
    ///
    /// The returned delivery was committed at some time, with this revision and exactly these parts
    /// (`a_recalled_delivery_was_committed`). A ledger that keeps deliveries bounds their number
    /// and how long it keeps them, because they hold data of patrons, and drops all of them when
    /// the stored deliveries may have been replaced by older ones, as in a restore: revisions then
    /// count again from an earlier one.
    async fn recall(&self, handle: RequestHandle) -> Option<Delivery> {
        let _kept_by_none = handle;
        None
    }

    /// Applies a change durably, completely or not at all.
    ///
    /// - When this returns `Committed`, the change is on stable storage
    ///   (`a_committed_change_is_durable`).
    /// - Returns `Stale` without changing anything if the stored revision is not the expected one
    ///   (`a_stale_revision_changes_nothing`, `one_of_parallel_commits_wins`) or, for a new
    ///   delivery, if the handle or the reference is in use (`a_taken_handle_is_stale`,
    ///   `a_taken_reference_is_stale`). A ledger may also answer `Stale` once after a failover, when
    ///   it cannot tell on whose data the change was decided.
    /// - Every commit increments the revision; a new delivery has revision 1
    ///   (`every_commit_raises_the_revision_by_one`). A part that the change omits does not change
    ///   (`an_omitted_part_is_unchanged`).
    /// - Charges are applied in counter order. If a charge would exceed the limit of its counter,
    ///   nothing changes and the outcome names the counter (`a_full_counter_changes_nothing`,
    ///   `parallel_charges_never_pass_the_limit`). Expired counters may be deleted, so callers
    ///   include the period in the key. A refund stops at zero (`refunds_stop_at_zero`). Several
    ///   charges of a change may apply to one counter
    ///   (`a_counter_counts_every_charge_of_a_change`).
    /// - A settlement ends its lease and either removes the notice from the outbox or sets its next
    ///   due time (`a_settled_notice_is_gone`). If the lease has been superseded, the commit is
    ///   `Stale` (`a_superseded_lease_cannot_settle`).
    /// - Returns `Vetoed` without changing anything if the ledger runs a hook of the host, which
    ///   refused the change. The hook runs after all other checks.
    ///
    /// # Errors
    /// [`StoreError`]. The outcome is then unknown and can be looked up with
    /// [`committed`](Self::committed).
    async fn commit(&self, change: Change) -> Result<CommitOutcome, StoreError>;

    /// Returns the revision created by a commit, or `None` if the commit is not stored
    /// (`an_outcome_is_found_by_its_commit_id`).
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn committed(
        &self,
        handle: RequestHandle,
        commit_id: CommitId,
    ) -> Result<Option<u64>, StoreError>;

    /// Returns the amount that a counter holds as of its last change, or 0 if it does not exist
    /// (`a_counter_reads_as_it_was_charged`). An expired counter may still be read.
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn counter(&self, counter: CounterKey) -> Result<u64, StoreError>;

    /// Lists deliveries, newest first. While none is added, each appears on exactly one page
    /// (`a_list_is_paged_newest_first`, `a_list_is_filtered_by_party_and_status`). The cost depends
    /// on the page, not on the number of stored deliveries.
    ///
    /// A search finds the deliveries accepted by
    /// [`Search::matches`](crate::ledger::Search::matches) (`a_search_matches_prefixes_of_words`)
    /// with their current facts (`a_search_follows_updates`), and combines with the other filters
    /// and with paging (`a_search_is_filtered_and_paged_as_lists_are`). Requests waiting for their
    /// supplier are marked and can be filtered (`a_list_finds_requests_waiting_for_the_supplier`).
    /// The cost of a search or of the waiting filter may depend on its total number of matches,
    /// which must come from an index.
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn list(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError>;

    /// Returns at most `limit` deliveries whose `due_at` is at or before `now`, longest due first
    /// (`due_deliveries_are_found_longest_due_first`). The cost depends on the due deliveries, not
    /// on those stored.
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, StoreError>;

    /// Leases at most `limit` due and unleased notices until `until`, longest due first.
    ///
    /// No notice has two leases at once (`a_notice_is_leased_once_at_a_time`). From `until` on, the
    /// lease has expired and the notice can be leased again with a greater fence
    /// (`an_expired_lease_is_leased_again`). A notice is not leased before its `not_before` or
    /// `retry_at` (`a_notice_is_leased_when_due`). Leases are durable when this returns.
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError>;

    /// Returns at most `limit` events of a request after the position `after`, oldest first
    /// (`events_are_read_in_order_and_paged`).
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn events(
        &self,
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError>;

    /// Returns at most `limit` events of all requests, oldest first, beginning at `start`.
    ///
    /// - Every event is in the feed exactly once, even with concurrent commits and readers, and the
    ///   events of one request are in the order of its history
    ///   (`the_feed_has_every_event_once_in_order`, `parallel_commits_are_in_the_feed_once`). The
    ///   events of a commit that has returned are in every page read afterwards, unless other
    ///   events fill the page first (`a_commit_is_in_the_feed_when_it_returns`).
    /// - The feed only grows at its end: after a position has been returned, no event appears before
    ///   it (`nothing_appears_before_a_position_that_was_read`), even after a failure or a restart
    ///   (`feed_positions_are_durable`).
    /// - The end of a page is the start of the next one, and a page reports whether more events
    ///   follow (`the_feed_is_paged`). A page that begins at the newest event is empty, and its end
    ///   is that event's position (`the_feed_can_begin_at_its_newest_event`).
    /// - If the start is not a position of this feed, or is ahead of its end, this returns `Reset`
    ///   and never skips events silently (`an_unknown_position_is_a_reset`).
    /// - The rows contain the current reference and libraries of the request
    ///   (`feed_rows_name_the_request_as_it_is_now`).
    ///
    /// The cost depends on the page and on the events committed since the feed was last read, not
    /// on those stored. Transactions of other programs in the same database must not delay events.
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn events_since(&self, start: FeedStart, limit: usize)
    -> Result<FeedOutcome, StoreError>;
}
