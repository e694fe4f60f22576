//! What the conformance suite does not test: parts, retries, access rights, addresses and secrets.

#[path = "../support/fetch.rs"]
mod fetch;
#[path = "../support/roots.rs"]
mod roots;
#[path = "../support/s3s.rs"]
mod s3s_server;

mod addresses;
mod bodies;
mod faults;
mod fitness;
mod large;
mod secrets;
