//! The reference server and the operator's commands: `desk --help` tells how.

use clap::Parser as _;
use desktop_delivery_server::{Args, execute};
use std::process::ExitCode;

fn main() -> ExitCode {
    execute(Args::parse()).unwrap_or_else(|problem| {
        eprintln!("desk: {problem}");
        ExitCode::from(problem.exit_code())
    })
}
