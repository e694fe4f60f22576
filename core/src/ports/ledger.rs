use crate::model::delivery::Delivery;
use crate::model::event::{EventPosition, RecordedEvent};
use crate::model::ids::{CommitId, RequestHandle};
use crate::model::timestamp::Timestamp;
use crate::ports::StoreError;
use crate::ports::change::{Change, CommitOutcome, DeliveryKey, DeliverySummary, Lease, ListQuery};
use async_trait::async_trait;
use std::fmt::Debug;

/// Keeps deliveries, their history, the outbox and the counters, durably.
///
/// A ledger holds no policy: it stores what [`Change`] says, all of it or none, and answers what
/// became of it. Everything that two callers do to one delivery is ordered by its revision.
///
/// # Example
/// A host may read beside its desk; to write is the desk's:
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
/// Cancellation: a caller may drop the future of any method at any time; a change whose commit was
/// dropped is then stored whole or not at all, and no other caller waits for it
/// (`a_dropped_commit_is_whole_or_absent`).
///
/// All of it together is what makes counting exact: through [`Desk`](crate::Desk), claims at once
/// grant just what is allowed (`parallel_claims_grant_exactly_the_limit`), and one claim sent often
/// counts once (`parallel_repeats_of_a_claim_count_once`). Concurrent uploads to one request are
/// all attached (`parallel_uploads_to_one_request_are_all_attached`), and those of a process that
/// died are found by the others as due (`the_uploads_of_a_dead_process_are_found_and_freed`).
#[async_trait]
pub trait Ledger: Debug + Send + Sync {
    /// Loads a delivery as the last commit left it; `None` where there is none
    /// (`load_answers_none_for_an_unknown_delivery`, `a_delivery_loads_as_it_was_committed`,
    /// `a_delivery_loads_by_its_reference`).
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails; `Corrupt` where what is stored cannot be read.
    async fn load(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, StoreError>;

    /// Makes a change durable, whole or not at all.
    ///
    /// - Before it answers `Committed`, the change is on stable storage
    ///   (`a_committed_change_is_durable`).
    /// - Answers `Stale`, and changes nothing, where the stored revision is not the expected one
    ///   (`a_stale_revision_changes_nothing`, `of_parallel_commits_one_wins`), and, for a new
    ///   delivery, where the handle or the reference is taken (`a_taken_handle_is_stale`,
    ///   `a_taken_reference_is_stale`).
    /// - Every commit raises the revision by one; a new delivery has 1
    ///   (`every_commit_raises_the_revision_by_one`). A part that the change leaves out stays
    ///   (`a_part_left_out_stays`).
    /// - Charges are applied in the order of their counters; if one would lift its counter over its
    ///   limit, nothing at all changes and the answer names it (`a_full_counter_changes_nothing`,
    ///   `parallel_charges_never_pass_the_limit`). A counter that has expired may be forgotten, so
    ///   callers put the time bucket into the key. A negative amount stops at zero
    ///   (`giving_back_stops_at_zero`). Two charges of one change may name one counter
    ///   (`a_counter_counts_every_charge_of_a_change`).
    /// - A settlement ends its lease, and takes the notice out of the outbox or lets it wait
    ///   (`a_settled_notice_is_gone`); one whose lease was overtaken makes the commit `Stale`
    ///   (`an_overtaken_lease_cannot_settle`).
    ///
    /// # Errors
    /// [`StoreError`]; then the outcome is unknown, and [`committed`](Self::committed) tells.
    async fn commit(&self, change: Change) -> Result<CommitOutcome, StoreError>;

    /// Tells which revision a commit made; `None` where it is not stored
    /// (`an_outcome_is_found_by_its_commit_id`).
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails.
    async fn committed(
        &self,
        handle: RequestHandle,
        commit_id: CommitId,
    ) -> Result<Option<u64>, StoreError>;

    /// Lists deliveries, newest first, each exactly once over all pages while none is added
    /// (`a_list_is_paged_newest_first`, `a_list_is_filtered_by_party_and_status`). Costs what the
    /// page holds, not what is stored.
    ///
    /// A search finds what [`Search::matches`](crate::ledger::Search::matches) says
    /// (`a_list_is_searched_by_the_beginnings_of_words`), by what is stored now
    /// (`a_search_finds_what_is_stored_now`), and goes with the other filters and with pages
    /// (`a_search_is_filtered_and_paged_as_lists_are`). What waits for its supplier is told apart
    /// and found (`a_list_shows_and_finds_what_waits_for_the_supplier`). These may cost what the
    /// words or the waiting find in all, and are read from an index too.
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails.
    async fn list(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError>;

    /// Names at most `limit` deliveries whose `due_at` is at or before `now`, the longest due
    /// first (`due_deliveries_are_found_longest_due_first`). Costs what is due, not what is stored.
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails.
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, StoreError>;

    /// Leases at most `limit` notices that are due and not leased, until `until`; the longest due
    /// first.
    ///
    /// No notice is leased twice at once (`a_notice_is_leased_once_at_a_time`); one whose lease has
    /// run out, at `until` and later, is leased again with a greater fence
    /// (`a_lease_that_ran_out_is_leased_again`). A notice waits for its `not_before` or `retry_at`
    /// (`a_notice_waits_for_its_time`). The lease is durable before it is answered.
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails.
    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError>;

    /// Reads at most `limit` events of a request, oldest first, behind `after`
    /// (`events_are_read_in_order_and_paged`).
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails.
    async fn events(
        &self,
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError>;
}
