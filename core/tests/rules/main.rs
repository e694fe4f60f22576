//! Tests of the rules, without a desk or adapters.

mod availability;
mod budgets;
mod due;
mod extension_requests;
mod limits;
mod long_history;
mod patrons;
mod patrons_link;
mod request_updates;
mod staff;
mod support;
mod tickets;
mod who_may;
