use super::output::Output;
use crate::args::Args;
use crate::startup_error::StartupError;
use clap::{CommandFactory as _, ValueEnum};
use clap_complete::Shell;
use serde_json::json;
use std::process::ExitCode;

/// For which shell.
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// The shell that is to complete words: `source <(desk completions bash)`, and its like.
    #[arg(value_enum)]
    shell: ShellWord,
}

/// The shells that are known here.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ShellWord {
    /// Bash.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
    /// Elvish.
    Elvish,
}

impl Completions {
    pub(super) fn run(self, output: &Output) -> Result<ExitCode, StartupError> {
        let shell = match self.shell {
            ShellWord::Bash => Shell::Bash,
            ShellWord::Zsh => Shell::Zsh,
            ShellWord::Fish => Shell::Fish,
            ShellWord::Elvish => Shell::Elvish,
        };
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Args::command(), "desk", &mut script);
        let script = String::from_utf8_lossy(&script).into_owned();
        let value = json!({ "shell": shell.to_string(), "script": script });
        output.answer(&value, || script.clone())?;
        Ok(ExitCode::SUCCESS)
    }
}
