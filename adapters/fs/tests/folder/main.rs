//! What the conformance suite cannot see: crashes, full and read-only disks, tampering, memory.
//!
//! Some tests start this program again as a child, which they kill or which mounts a disk of its own.

#![expect(clippy::unwrap_used, reason = "these are tests, which clippy cannot see here")]

mod crashes;
mod disks;
mod links;
mod memory;
mod puts;
mod reads;
mod support;
mod tampering;

use libtest_mimic::{Arguments, Trial};
use support::{Hiding, child};

/// Names each test after its function; those in the second list run once for each way to store.
macro_rules! tests {
    ($($module:ident: [$($test:ident),* $(,)?] every way [$($every:ident),* $(,)?]),+ $(,)?) => {{
        let mut tests: Vec<(String, Box<dyn Fn() + Send>)> = Vec::new();
        $(
            $(tests.push((
                concat!(stringify!($module), "::", stringify!($test)).to_owned(),
                Box::new($module::$test),
            ));)*
            $(for hiding in [Hiding::Unnamed, Hiding::Named, Hiding::Portable] {
                tests.push((
                    format!(concat!(stringify!($module), "::", stringify!($every), "::{}"), hiding),
                    Box::new(move || $module::$every(hiding)),
                ));
            })*
        )+
        tests
    }};
}

fn main() {
    if let Some(part) = child::part() {
        return child::play(&part);
    }
    let tests = tests! {
        crashes: [
            a_put_under_way_elsewhere_is_not_swept,
        ] every way [
            a_killed_process_leaves_whole_blobs_alone,
        ],
        disks: [] every way [
            a_full_disk_is_an_error_and_leaves_nothing,
            a_read_only_disk_can_be_read,
        ],
        links: [] every way [
            a_linked_blob_takes_no_room_and_outlives_the_first,
            every_blob_is_listed_and_nothing_else,
            no_link_leads_to_another_disk,
        ],
        memory: [] every way [
            a_large_blob_costs_no_memory,
        ],
        puts: [
            files_and_folders_are_for_their_owner_alone,
            without_a_runtime_every_call_is_an_error,
        ] every way [
            a_broken_body_leaves_no_file,
            a_put_dropped_at_any_moment_leaves_no_file,
            of_many_puts_of_a_key_one_wins,
            stalled_puts_hold_no_thread,
        ],
        reads: [] every way [
            a_blob_out_of_the_cache_is_read_exactly,
            a_deleted_blob_is_read_to_its_end,
            a_reader_is_given_pieces_between_the_bounds,
            a_shortened_file_ends_in_an_error,
        ],
        tampering: [
            a_link_among_incoming_files_is_not_followed,
        ] every way [
            a_link_in_place_of_a_blob_is_refused,
            a_link_in_place_of_a_shelf_is_refused,
            a_pipe_in_place_of_a_blob_is_refused_at_once,
        ],
    };
    let trials = tests
        .into_iter()
        .map(|(name, test)| {
            // These need user namespaces, or the rights of root: ./test.
            let is_live = name.starts_with("disks::");
            let trial = Trial::test(name, move || {
                test();
                Ok(())
            });
            trial.with_ignored_flag(is_live && !cfg!(feature = "live-tests"))
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
