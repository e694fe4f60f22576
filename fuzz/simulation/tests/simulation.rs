//! The seeds that CI runs, always the same ones.

use desktop_delivery_simulation::{
    Backend, Plan, STEPS, called_methods, digest, mutations, run, shrink,
};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The seeds that are run in any case, and those that are run while there is time.
const LEAST: u64 = 20;
const MOST: u64 = 2_000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs seeds for so many seconds, at least `least` of them.
#[expect(clippy::disallowed_methods, reason = "it bounds the time of the test")]
fn run_seeds(backend: Backend, least: u64, seconds: u64) {
    let begun = Instant::now();
    let mut count = 0;
    for seed in 0..MOST {
        if seed >= least && begun.elapsed() > Duration::from_secs(seconds) {
            break;
        }
        let plan = Plan::of(seed, STEPS);
        let report = run(&plan, backend, false);
        if let Some(violation) = report.violation {
            let shrunk = shrink(&plan, backend, violation.check, report.last_step);
            let trace = run(&shrunk, backend, true).trace.join("\n");
            panic!("seed {seed}: {violation}\n{trace}\nsteps {shrunk}");
        }
        count += 1;
    }
    eprintln!("{backend:?}: {count} seeds of {STEPS} steps");
}

#[test]
fn seeds_hold_on_the_memory_ledger() {
    run_seeds(Backend::Memory, LEAST, 12);
}

#[test]
fn seeds_hold_on_sqlite() {
    run_seeds(Backend::Sqlite, 2, 8);
}

#[test]
fn the_same_seed_is_the_same_run() {
    for (seed, backend) in [(1, Backend::Memory), (2, Backend::Memory), (3, Backend::Sqlite)] {
        let traces: Vec<_> =
            (0..2).map(|_| run(&Plan::of(seed, STEPS), backend, true).trace).collect();
        assert!(traces[0].len() > 500, "{}", traces[0].len());
        assert_eq!(digest(&traces[0]), digest(&traces[1]), "seed {seed}");
    }
    let sqlite = run(&Plan::of(1, STEPS), Backend::Sqlite, true).trace;
    let memory = run(&Plan::of(1, STEPS), Backend::Memory, true).trace;
    assert_eq!(digest(&memory), digest(&sqlite), "both ledgers do the same");
}

#[test]
fn a_plan_reads_back_as_it_was_written() {
    let plan = Plan::of(7, 20);
    let only = plan.clone().only("3,4q,11a,12qa").expect("the steps exist");
    assert_eq!(only.to_string(), "3,4q,11a,12qa");
    assert_eq!(plan.only("20"), Err("20".to_owned()));
}

/// Methods that no operation calls, with the reason.
const WITHOUT_OPERATION: [(&str, &str); 15] = [
    ("address", "returns a part of the desk"),
    ("directory", "returns a part of the desk"),
    ("event_stream", "it calls events_since"),
    ("keys", "returns a part of the desk"),
    ("new", "every node is made by it"),
    ("now", "returns the clock's time"),
    ("policies", "returns a part of the desk"),
    ("repair_link", "verifies a token without any store"),
    ("repair_ticket", "verifies a token without any store"),
    ("set_keys", "a step of its own rotates the keys of all nodes"),
    ("verify_link", "verifies a token without any store"),
    ("verify_ticket", "verifies a token without any store"),
    ("with_concurrent_notices", "a setting"),
    ("with_heartbeats", "every node is made by it"),
    ("with_lease_seconds", "a setting"),
];

#[test]
fn every_method_of_a_desk_has_an_operation() {
    let mut methods = BTreeSet::new();
    for entry in fs::read_dir(root().join("core/src/desk")).expect("the sources are there") {
        let path = entry.expect("the folder can be read").path();
        let text = fs::read_to_string(path).expect("sources are text");
        for body in text.split("\nimpl Desk {\n").skip(1) {
            let body = body.split("\n}\n").next().unwrap_or_default();
            for line in body.lines().filter_map(|line| line.strip_prefix("    pub ")) {
                let name = line.split("fn ").nth(1).filter(|_| !line.starts_with("("));
                methods
                    .extend(name.and_then(|name| name.split(['(', '<']).next()).map(str::to_owned));
            }
        }
    }
    assert!(methods.len() > 40, "{methods:?}");
    let called: BTreeSet<String> = called_methods().into_iter().map(str::to_owned).collect();
    let without: BTreeSet<String> =
        WITHOUT_OPERATION.iter().map(|(name, _)| (*name).to_owned()).collect();
    let expected: BTreeSet<_> = called.union(&without).cloned().collect();
    assert_eq!(methods, expected, "add an operation for a new method, in src/operations");
    assert!(called.is_disjoint(&without));
}

#[test]
fn every_mutation_still_finds_its_text() {
    mutations::check(&root()).expect("the table fits the sources");
    assert!(mutations::MUTATIONS.len() >= 20);
}
