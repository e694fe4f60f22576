//! Prints how each operation compares with its minimum, both measured alternately in one run.
//!
//! Arguments select parts: `tokens`, `claims`, `growth`, `lists`, `scripts`, `postgres`, `files`
//! and `downloads`. `growth=1000000` sets the number of requests.
#![expect(clippy::print_stdout, reason = "printing is its work")]

mod claims;
mod downloads;
mod files;
mod lists;
mod report;
mod tokens;

use desktop_delivery_benches::temporary_ledger::Kind;
use report::Report;
use std::env;

/// The number of requests in the smaller ledger for growth.
const FEW: usize = 10_000;
/// The default number of requests in the larger ledger.
const MANY: usize = 100_000;

fn main() {
    let chosen: Vec<String> = env::args().skip(1).collect();
    let is_chosen = |part: &str| chosen.is_empty() || chosen.iter().any(|chosen| chosen == part);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    println!("{}\n", report::machine());
    let mut report = Report::new();
    if is_chosen("tokens") {
        tokens::measure(&mut report);
    }
    if is_chosen("claims") {
        runtime.block_on(claims::measure(&mut report));
    }
    if let Some(requests) = growth(&chosen) {
        for kind in [Kind::Sqlite, Kind::Postgres] {
            runtime.block_on(claims::measure_growth(&mut report, kind, FEW, requests));
            runtime.block_on(lists::measure_growth(&mut report, kind, FEW, requests));
        }
    }
    if is_chosen("lists") {
        runtime.block_on(lists::measure(&mut report));
    }
    if is_chosen("scripts") {
        for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
            runtime.block_on(lists::measure_scripts(&mut report, kind));
        }
    }
    if is_chosen("postgres") {
        runtime.block_on(claims::measure_postgres(&mut report));
    }
    if is_chosen("files") {
        runtime.block_on(files::measure(&mut report));
        runtime.block_on(files::measure_first_reads(&mut report));
    }
    if is_chosen("downloads") {
        runtime.block_on(downloads::measure(&mut report));
    }
    println!("{report}\n\nAfterwards: {}", report::machine());
}

/// Returns the number of requests for growth, if it is measured.
fn growth(chosen: &[String]) -> Option<usize> {
    if chosen.is_empty() {
        return Some(MANY);
    }
    chosen.iter().find_map(|part| match part.strip_prefix("growth")? {
        "" => Some(MANY),
        number => number.strip_prefix('=')?.parse().ok(),
    })
}
