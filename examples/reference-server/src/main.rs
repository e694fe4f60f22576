//! Starts the reference server: `desk --help` tells how.

use clap::Parser as _;
use desktop_delivery_server::{Args, Problem, Settings, run};
use std::process::ExitCode;

fn main() -> ExitCode {
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
