//! Tests the suite with adapters that have one flaw each. The suite must fail the check for that
//! flaw, and every check must be failed by some flaw.

mod blob_store;
mod ledger;
mod ledger_snapshot;
mod notifier;
mod projections;
mod registry;

use desktop_delivery::Ledger;
use desktop_delivery::memory::MemoryLedger;
use desktop_delivery_conformance::{Fixture, Suite};
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

/// Runs the checks that each flaw must fail, and asserts that every check is failed by some flaw.
fn every_flaw_is_found<F: Copy + Debug>(
    flaws: &[(F, &[&str])],
    suite: impl Fn(Option<F>) -> Suite,
) {
    let sound = suite(None);
    assert_eq!(sound.failures(), Vec::<&str>::new(), "a sound adapter passes");
    let mut failed = BTreeSet::new();
    for (flaw, checks) in flaws {
        let broken = suite(Some(*flaw));
        for check in *checks {
            assert!(broken.fails(check), "{flaw:?} is not noticed by {check}");
            failed.insert(*check);
        }
    }
    let all: BTreeSet<&str> = sound.names().into_iter().collect();
    let never: Vec<_> = all.difference(&failed).collect();
    assert!(never.is_empty(), "no flaw fails these checks: {never:?}");
}

/// Returns the check names that a trait's documentation gives in parentheses.
fn promised(source: &str) -> BTreeSet<String> {
    let path = format!("{}/../../core/src/ports/{source}.rs", env!("CARGO_MANIFEST_DIR"));
    let text =
        std::fs::read_to_string(path).expect("the sources of the core are in the same repository");
    let docs: String = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("///"))
        .map(|line| format!("{line}\n"))
        .collect();
    // The name of a check has several words, that of a method one.
    let quoted = docs.split('`').skip(1).step_by(2);
    let is_name = |text: &&str| {
        text.matches('_').count() >= 3 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    };
    quoted.filter(is_name).map(str::to_owned).collect()
}

#[test]
fn the_traits_promise_what_the_suite_checks() {
    let suites = [
        ("ledger", ledger::suite(None)),
        ("ledger_snapshot", ledger_snapshot::suite(None)),
        ("projections", projections::suite(None)),
        ("registry", registry::suite(None)),
        ("blob_store", blob_store::suite(None)),
        ("notifier", notifier::suite(None)),
    ];
    for (source, suite) in suites {
        let mut checked: BTreeSet<String> = suite.names().into_iter().map(str::to_owned).collect();
        if source == "notifier" {
            checked.extend(notifier::mail_suite(None).names().into_iter().map(str::to_owned));
        }
        assert_eq!(promised(source), checked, "{source}");
    }
}

#[test]
fn every_flaw_of_a_ledger_is_found() {
    every_flaw_is_found(ledger::FLAWS, ledger::suite);
}

#[test]
fn every_flaw_of_ledger_snapshots_is_found() {
    every_flaw_is_found(ledger_snapshot::FLAWS, ledger_snapshot::suite);
}

#[test]
fn every_flaw_of_projections_is_found() {
    every_flaw_is_found(projections::FLAWS, projections::suite);
}

#[test]
fn every_flaw_of_a_registry_is_found() {
    every_flaw_is_found(registry::FLAWS, registry::suite);
}

#[test]
fn every_flaw_of_a_blob_store_is_found() {
    every_flaw_is_found(blob_store::FLAWS, blob_store::suite);
}

#[test]
fn every_flaw_of_a_notifier_is_found() {
    every_flaw_is_found(notifier::FLAWS, notifier::suite);
}

#[test]
fn every_flaw_of_a_mail_notifier_is_found() {
    every_flaw_is_found(notifier::MAIL_FLAWS, notifier::mail_suite);
}

#[test]
fn durability_checks_need_with_reopen() {
    let fresh = || Fixture::new(Arc::new(MemoryLedger::new()) as Arc<dyn Ledger>);
    let suite = Suite::ledger(fresh, futures_executor::block_on);
    let durable = ["a_committed_change_is_durable", "feed_positions_are_durable"];
    assert_eq!(suite.failures(), durable);
    let suite = suite.skip(durable[0], "it is in memory").skip(durable[1], "it is in memory");
    assert_eq!(suite.failures(), Vec::<&str>::new());
}

#[test]
#[should_panic(expected = "no check is named nonsense")]
fn an_unknown_check_cannot_be_skipped() {
    let _ = ledger::suite(None).skip("nonsense", "for no reason");
}
