//! What the conformance suite cannot test: durability, several processes, full disks, damage.
//!
//! Some tests start this program again as a child process, which they kill.

#![expect(clippy::unwrap_used, reason = "these are tests, which clippy cannot see here")]

mod backup;
mod claims;
mod damage;
mod durability;
mod feed;
mod full_disk;
mod hook_batches;
mod hooks;
mod host_file;
mod operator;
mod processes;
mod recalls;
mod saved;
mod search;
mod support;

use libtest_mimic::{Arguments, Trial};
use support::child;

/// Names each test after its function.
macro_rules! tests {
    ($($module:ident: [$($test:ident),+ $(,)?]),+ $(,)?) => {
        [$($((
            concat!(stringify!($module), "::", stringify!($test)),
            $module::$test as fn(),
        )),+),+]
    };
}

fn main() {
    if let Some(role) = child::role() {
        return child::run(&role);
    }
    let tests = tests! {
        backup: [
            a_backup_under_load_is_a_consistent_snapshot,
            a_database_cannot_be_backed_up_to_itself,
            a_failed_backup_leaves_no_file,
            a_backup_replaces_an_older_one,
        ],
        claims: [
            concurrent_claims_stop_at_the_limit,
            concurrent_repeats_of_a_claim_count_once,
        ],
        damage: [
            a_file_that_is_not_a_database_is_corrupt,
            a_file_of_another_program_is_denied,
            overwritten_pages_are_found_and_reported_as_corrupt,
            an_unreadable_row_is_corrupt,
            a_broken_history_is_corrupt,
            a_snapshot_replaces_a_broken_history,
            a_healthy_file_has_no_problems,
        ],
        durability: [
            commits_survive_reopening,
            a_kill_loses_no_acknowledged_commit,
            files_are_accessible_to_their_owner_only,
            dropping_the_last_handle_ends_all_threads,
        ],
        feed: [
            every_event_is_read_once_whatever_happens,
            a_position_beyond_an_older_copy_is_a_reset,
        ],
        hook_batches: [
            a_veto_fails_only_its_own_commit_among_those_queued_with_it,
            commits_without_a_hooked_event_share_a_transaction,
        ],
        hooks: [
            a_failed_hook_changes_neither,
            a_hook_cannot_end_the_transaction_or_change_settings_or_our_tables,
            a_hook_past_its_deadline_changes_neither,
            a_hook_runs_again_for_the_same_commit,
            a_kill_before_the_commit_changes_neither,
            a_veto_changes_neither_and_is_an_outcome,
            a_vetoed_claim_is_refused_and_not_counted,
            both_rows_are_committed,
        ],
        host_file: [
            a_backup_of_a_host_file_contains_the_host_tables,
            host_tables_of_the_same_names_are_unchanged,
        ],
        recalls: [
            a_process_recalls_what_it_loaded_for_a_page_and_committed_since,
            a_commit_of_another_process_makes_a_recall_stale,
            recalls_are_bounded_and_hidden_from_debug_output,
        ],
        saved: [
            saved_databases_open_and_are_sound,
        ],
        full_disk: [
            writes_fail_on_a_full_disk_and_recover,
        ],
        operator: [
            the_shell_shows_requests_events_and_notices,
        ],
        processes: [
            three_processes_can_create_a_file_at_once,
            several_processes_count_exactly,
        ],
        search: [
            a_search_finds_the_same_by_rare_and_common_words,
            indexed_lists_are_complete_and_in_order,
            an_inconsistent_index_is_reported,
        ],
    };
    let trials = tests
        .into_iter()
        .map(|(name, test)| {
            // These need root or user namespaces, and the sqlite3 shell; ./test runs them.
            let is_live = name.starts_with("full_disk::") || name.starts_with("operator::");
            let trial = Trial::test(name, move || {
                test();
                Ok(())
            });
            trial.with_ignored_flag(is_live && !cfg!(feature = "live-tests"))
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
