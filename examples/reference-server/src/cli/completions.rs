use super::output::Output;
use crate::startup_error::StartupError;
use clap_complete::Shell;
use serde_json::json;
use std::process::ExitCode;

/// Options of `completions`.
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// The shell. For Bash, run `source <(desk completions bash)`.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(
        self,
        mut program: clap::Command,
        output: &Output,
    ) -> Result<ExitCode, StartupError> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut program, "desk", &mut script);
        let script = String::from_utf8_lossy(&script).into_owned();
        let value = json!({ "shell": self.shell.to_string(), "script": script });
        output.answer(&value, || script.clone())?;
        Ok(ExitCode::SUCCESS)
    }
}
