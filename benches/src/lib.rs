//! Shared by the benchmarks: desks with many requests to claim from, and handwritten alternatives.

pub mod by_hand;
pub mod claim_supply;
pub mod files;
pub mod library;
pub mod load;
pub mod loopback;
pub mod postgres;
pub mod scene;
pub mod temporary_ledger;
pub mod tokens;
pub mod whole_read;

/// Runs the example of the repository's README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// Returns whether cargo runs this program to measure and not as a test.
#[must_use]
pub fn is_measuring() -> bool {
    let is_there = |wanted| std::env::args().any(|argument| argument == wanted);
    is_there("--bench") && !is_there("--test")
}
