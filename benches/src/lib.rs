//! What the benches share: desks with many requests to claim from, and what a hand would write
//! instead.

pub mod by_hand;
pub mod files;
pub mod library;
pub mod load;
pub mod loopback;
pub mod opened;
pub mod postgres;
pub mod scene;
pub mod tokens;
pub mod well;
pub mod whole_read;

/// Tries the example of the repository's README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// Whether cargo runs this program to measure, not to try once whether it works.
#[must_use]
pub fn is_measuring() -> bool {
    let is_there = |wanted| std::env::args().any(|argument| argument == wanted);
    is_there("--bench") && !is_there("--test")
}
