//! What the conformance suite cannot test: several nodes, crashes, lost connections, certificates.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which clippy cannot see here")]

mod claims;
mod crashes;
mod due;
mod feed;
mod hooks;
mod host_database;
mod lost_replies;
mod nodes;
mod opening;
mod operator;
mod pooler;
mod recalls;
mod refusals;
mod saved;
mod search;
mod support;
mod tls;
