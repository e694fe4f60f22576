//! The guarantees of every [`Ledger`](desktop_delivery::Ledger).

mod charges;
mod claims;
mod commits;
mod events;
pub(crate) mod feed;
mod lists;
mod outbox;
mod recalls;
mod searches;
pub(crate) mod support;
mod uploads;

use crate::check::{Check, checks};

use charges::*;
use claims::*;
use commits::*;
use events::*;
use feed::*;
use lists::*;
use outbox::*;
use recalls::*;
use searches::*;
use support::On;
use uploads::*;

pub(crate) const CHECKS: &[Check<On>] = checks![
    a_commit_is_in_the_feed_when_it_returns,
    a_commit_on_an_outdated_recall_is_stale,
    a_committed_change_is_durable,
    a_counter_counts_every_charge_of_a_change,
    a_counter_reads_as_it_was_charged,
    a_delivery_loads_as_it_was_committed,
    a_delivery_loads_by_its_reference,
    a_dropped_commit_is_complete_or_absent,
    a_full_counter_changes_nothing,
    an_expired_lease_is_leased_again,
    a_list_is_filtered_by_party_and_status,
    a_list_is_paged_newest_first,
    a_recalled_delivery_was_committed,
    a_search_matches_prefixes_of_words,
    a_list_finds_requests_waiting_for_the_supplier,
    a_notice_is_leased_once_at_a_time,
    a_notice_is_leased_when_due,
    an_omitted_part_is_unchanged,
    a_search_follows_updates,
    a_search_is_filtered_and_paged_as_lists_are,
    a_settled_notice_is_gone,
    a_stale_revision_changes_nothing,
    a_taken_handle_is_stale,
    a_taken_reference_is_stale,
    an_outcome_is_found_by_its_commit_id,
    an_unknown_position_is_a_reset,
    a_superseded_lease_cannot_settle,
    due_deliveries_are_found_longest_due_first,
    events_are_read_in_order_and_paged,
    every_commit_raises_the_revision_by_one,
    feed_positions_are_durable,
    feed_rows_name_the_request_as_it_is_now,
    refunds_stop_at_zero,
    load_returns_none_for_an_unknown_delivery,
    many_deliveries_load_in_the_order_of_their_handles,
    nothing_appears_before_a_position_that_was_read,
    one_of_parallel_commits_wins,
    parallel_charges_never_pass_the_limit,
    parallel_claims_grant_exactly_the_limit,
    parallel_commits_are_in_the_feed_once,
    parallel_repeats_of_a_claim_count_once,
    parallel_uploads_to_one_request_are_all_attached,
    the_feed_can_begin_at_its_newest_event,
    the_feed_has_every_event_once_in_order,
    the_feed_is_paged,
    uploads_of_a_dead_process_are_removed,
];
