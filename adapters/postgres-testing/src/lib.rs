//! A private PostgreSQL server for tests: made in a temporary folder, on a free port of 127.0.0.1,
//! and gone with the test.
//!
//! The programs are those of Debian's package `postgresql`. As root, which PostgreSQL refuses to run
//! as, they run as the user `postgres` of that package.

mod account;
mod guard;
mod pooler;
mod programs;
mod server;

pub use pooler::TestPooler;
pub use server::{Start, TestServer};
