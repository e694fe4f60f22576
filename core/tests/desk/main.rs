//! Tests of the desk with memory adapters.

mod archives;
mod contents;
mod drops;
mod faults;
mod feed;
mod job;
mod loads;
mod outbox;
mod races;
mod recalls;
mod revisions;
mod scrub;
mod secrets;
mod staff;
mod support;
mod tokens;
mod uploads;
mod wrappers;
