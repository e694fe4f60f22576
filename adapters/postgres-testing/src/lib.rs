#![doc = include_str!("../README.md")]

mod account;
mod guard;
mod pooler;
mod programs;
mod server;

pub use pooler::TestPooler;
pub use server::{Start, TestServer};
