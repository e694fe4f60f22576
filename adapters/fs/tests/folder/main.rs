//! What the conformance suite cannot test: crashes, full and read-only disks, tampering, memory.
//!
//! Some tests start this program again as a child process, which they kill or which mounts a disk.

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

/// Names each test after its function. Tests in the second list run once for each way to open the
/// store.
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
    if let Some(role) = child::role() {
        return child::run(&role);
    }
    let tests = tests! {
        crashes: [
            an_unfinished_put_of_another_process_is_not_swept,
        ] every way [
            a_killed_process_leaves_only_complete_blobs,
        ],
        disks: [] every way [
            puts_on_a_full_disk_fail_and_leave_nothing,
            a_read_only_disk_can_be_read,
        ],
        links: [] every way [
            a_linked_blob_shares_its_bytes_and_survives_deletion,
            only_blobs_are_listed,
            linking_to_another_disk_is_not_possible,
        ],
        memory: [] every way [
            memory_does_not_grow_with_blob_size,
        ],
        puts: [
            files_and_folders_are_accessible_to_their_owner_only,
            calls_outside_a_runtime_fail,
        ] every way [
            a_front_server_gets_what_the_umask_leaves_it,
            an_interrupted_body_leaves_no_file,
            a_dropped_put_leaves_no_file,
            one_of_many_concurrent_puts_of_a_key_wins,
            stalled_puts_do_not_block_threads,
        ],
        reads: [] every way [
            an_uncached_blob_is_read_exactly,
            a_blob_deleted_while_open_is_read_to_its_end,
            piece_sizes_stay_within_their_bounds,
            a_truncated_file_ends_in_an_error,
        ],
        tampering: [
            a_link_among_incoming_files_is_not_followed,
        ] every way [
            a_link_in_place_of_a_blob_is_refused,
            a_link_in_place_of_a_shelf_is_refused,
            a_pipe_in_place_of_a_blob_is_refused_immediately,
        ],
    };
    let trials = tests
        .into_iter()
        .map(|(name, test)| {
            // These need root or user namespaces; ./test runs them.
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
