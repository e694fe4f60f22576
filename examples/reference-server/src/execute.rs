use crate::args::Args;
use crate::cli::{self, Command};
use crate::run::run;
use crate::settings::Settings;
use crate::startup_error::StartupError;
use clap::CommandFactory as _;
use std::process::ExitCode;

/// Runs the command line: starts the server or runs a command.
///
/// # Errors
/// [`StartupError`], which includes the exit code.
pub fn execute(args: Args) -> Result<ExitCode, StartupError> {
    let mut settings = Settings::load(args.config.as_deref())?;
    let serve = match &args.command {
        Some(Command::Serve(serve)) => serve,
        _ => &args.serve,
    };
    settings.sample_data &= !serve.no_sample_data;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| StartupError::new("could not start the threads", error))?;
    runtime.block_on(async {
        match args.command {
            None | Some(Command::Serve(_)) => run(settings).await.map(|()| ExitCode::SUCCESS),
            Some(command) => cli::carry_out(command, settings, args.json, Args::command()).await,
        }
    })
}
