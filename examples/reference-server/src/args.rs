use crate::cli::Command;
use clap::{ArgAction, Parser};
use std::path::PathBuf;

/// Desktop delivery for interlibrary loan: the reference server, and the operator's commands.
///
/// Without a command it starts the server, as `desk serve` does. The commands work on the same data
/// folder, beside a server that runs as well as without one; what they do stands in the audit as
/// done by the host.
///
/// Settings come from a TOML file and from environment variables over it: DESKTOP_DELIVERY_DATA,
/// DESKTOP_DELIVERY_LISTEN, and for a setting in a table DESKTOP_DELIVERY_SMTP__HOST and its like.
/// Commands need the server's settings, DESKTOP_DELIVERY_DATA above all.
#[derive(Debug, Default, Parser)]
#[command(name = "desk", version, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub struct Args {
    /// The settings, a TOML file.
    #[arg(long, global = true, value_name = "FILE", env = "DESKTOP_DELIVERY_CONFIG")]
    pub config: Option<PathBuf>,
    /// Answers a command with one JSON value on standard output, for programs.
    #[arg(long, global = true, action = ArgAction::SetTrue)]
    pub json: bool,
    /// How the server starts.
    #[command(flatten)]
    pub serve: ServeArgs,
    /// What to do; without one the server starts.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// How the server starts.
#[derive(Clone, Debug, Default, clap::Args)]
#[non_exhaustive]
pub struct ServeArgs {
    /// Makes no sample data on an empty data folder.
    #[arg(long)]
    pub no_sample_data: bool,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  refused, failed, or `verify` found something wrong
  2  wrong words on the command line, or settings that cannot be taken

Errors go to standard error: what failed, why, and what to do about it.";
