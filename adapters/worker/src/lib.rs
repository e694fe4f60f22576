#![doc = include_str!("../README.md")]

mod due_work;
mod heartbeat;
mod pass;
mod scrubber;

pub use due_work::run_due_work;
pub use heartbeat::HeartbeatTask;
pub use scrubber::{ScrubOptions, Scrubber};
