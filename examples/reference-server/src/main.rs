//! The reference server and the operator commands; see `desk --help`.

use clap::Parser as _;
use desktop_delivery_preview::draw_if_asked;
use desktop_delivery_server::{Args, execute};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Called before anything is read or opened.
    if let Some(code) = draw_if_asked() {
        return code;
    }
    // All written files may contain names, addresses or keys, so only this user may read them.
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    execute(Args::parse()).unwrap_or_else(|problem| {
        eprintln!("desk: {problem}");
        ExitCode::from(problem.exit_code())
    })
}
