//! Prints how each work compares with its floor, both measured in turns in this one run.
//!
//! Names of parts as arguments choose among `tokens`, `claims`, `growth` and `files`.
#![expect(clippy::print_stdout, reason = "printing is its work")]

mod claims;
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
    if is_chosen("growth") {
        runtime.block_on(claims::measure_growth(&mut report));
    }
    println!("{report}\n\nAfterwards: {}", report::machine());
}
