//! The rules alone: no desk, no adapters.

mod availability;
mod budgets;
mod due;
mod limits;
mod long_history;
mod news;
mod patrons;
mod patrons_link;
mod staff;
mod support;
mod tickets;
mod who_may;
mod wishes;
