//! Prints how each work compares with its floor, both measured in turns in this one run.
//!
//! Names of parts as arguments choose among `tokens`, `claims`, `growth`, `lists`, `postgres`,
//! `files` and `downloads`; `growth=2000000` says among how many requests.
#![expect(clippy::print_stdout, reason = "printing is its work")]

mod claims;
mod downloads;
mod files;
mod lists;
mod report;
mod tokens;

use report::Report;
use std::env;

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
        runtime.block_on(claims::measure_growth(&mut report, requests));
    }
    if is_chosen("lists") {
        runtime.block_on(lists::measure(&mut report));
    }
    if is_chosen("postgres") {
        runtime.block_on(claims::measure_postgres(&mut report));
    }
    if is_chosen("files") {
        runtime.block_on(files::measure(&mut report));
    }
    if is_chosen("downloads") {
        runtime.block_on(downloads::measure(&mut report));
    }
    println!("{report}\n\nAfterwards: {}", report::machine());
}

/// Among how many requests growth is measured, if it is.
fn growth(chosen: &[String]) -> Option<usize> {
    if chosen.is_empty() {
        return Some(claims::MANY);
    }
    chosen.iter().find_map(|part| match part.strip_prefix("growth")? {
        "" => Some(claims::MANY),
        number => number.strip_prefix('=')?.parse().ok(),
    })
}
