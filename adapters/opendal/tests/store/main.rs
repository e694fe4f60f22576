//! What the trait's suite does not ask: parts, retries, rights, addresses and secrets.

#[path = "../support/azurite.rs"]
mod azurite;
#[path = "../support/fetch.rs"]
mod fetch;
#[path = "../support/ports.rs"]
mod ports;
#[path = "../support/roots.rs"]
mod roots;
#[path = "../support/s3.rs"]
mod s3;
#[path = "../support/s3s.rs"]
mod s3s_server;
#[path = "../support/seaweed.rs"]
mod seaweed;
#[path = "../support/tools.rs"]
mod tools;

mod addresses;
mod bodies;
mod faults;
mod fitness;
mod large;
mod secrets;
