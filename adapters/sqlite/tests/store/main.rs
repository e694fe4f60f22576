//! What the conformance suite cannot see: durability, several processes, full disks, damage.
//!
//! Some tests start this program again as a child that they kill.

#![expect(clippy::unwrap_used, reason = "these are tests, which clippy cannot see here")]

mod backup;
mod claims;
mod damage;
mod durability;
mod full_disk;
mod operator;
mod processes;
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
    if let Some(part) = child::part() {
        return child::play(&part);
    }
    let tests = tests! {
        backup: [
            a_backup_under_load_is_one_moment,
            a_database_is_never_its_own_backup,
            a_failed_backup_leaves_nothing,
            a_backup_takes_the_place_of_an_older,
        ],
        claims: [
            of_200_claims_the_limit_is_granted,
            of_200_repeats_one_is_counted,
        ],
        damage: [
            a_file_that_is_no_database_is_corrupt,
            a_file_of_another_program_is_denied,
            overwritten_pages_are_corrupt_and_found,
            a_row_that_cannot_be_read_is_corrupt,
            a_healthy_file_has_no_problems,
        ],
        durability: [
            what_was_committed_is_there_after_reopening,
            nothing_acknowledged_is_lost_by_a_kill,
            files_are_for_their_owner_alone,
            dropping_the_last_handle_ends_every_thread,
        ],
        full_disk: [
            a_full_disk_is_an_error_and_passes_by_itself,
        ],
        operator: [
            the_shell_shows_requests_events_and_notices,
        ],
        processes: [
            three_processes_make_a_new_file_at_once,
            two_and_three_processes_count_exactly,
        ],
        search: [
            a_search_finds_the_same_whether_few_or_many_have_its_words,
            every_indexed_list_is_complete_and_in_order,
            an_index_that_differs_is_found,
        ],
    };
    let trials = tests
        .into_iter()
        .map(|(name, test)| {
            // These need user namespaces, or the rights of root, and the shell of SQLite: ./test.
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
