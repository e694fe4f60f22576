//! The rules alone: no desk, no adapters.

mod budgets;
mod edges;
mod limits;
mod staff;
mod support;
mod who_may;
