#![doc = include_str!("../README.md")]

mod background;
mod due_work;
mod heartbeat;
mod pass;
mod scrubber;

pub use background::Background;
pub use due_work::{run_due_work, run_due_work_once};
pub use heartbeat::HeartbeatTask;
pub use scrubber::{ScrubOptions, Scrubber};
