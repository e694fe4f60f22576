use crate::args::Args;
use crate::cli::{self, Command};
use crate::run::run;
use crate::settings::Settings;
use crate::startup_error::StartupError;
use std::process::ExitCode;

/// Does what the command line says: starts the server, or carries a command out.
///
/// # Errors
/// [`StartupError`] where it cannot be done, with the exit code to end with.
pub fn execute(args: Args) -> Result<ExitCode, StartupError> {
    let settings = Settings::load(&args)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| StartupError::new("the threads cannot be started", error))?;
    runtime.block_on(async {
        match args.command {
            None | Some(Command::Serve(_)) => run(settings).await.map(|()| ExitCode::SUCCESS),
            Some(command) => cli::carry_out(command, settings, args.json).await,
        }
    })
}
