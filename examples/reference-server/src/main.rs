//! Starts the reference server: `desk --help` tells how.

use clap::Parser as _;
use desktop_delivery_server::{Args, Problem, Settings, draw_if_asked, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(code) = draw_if_asked() {
        return code;
    }
    let args = Args::parse();
    let outcome = Settings::load(&args).and_then(|settings| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Problem::new("the threads cannot be started", error))?;
        runtime.block_on(run(settings))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("desk: {problem}");
            ExitCode::from(problem.exit_code())
        }
    }
}
