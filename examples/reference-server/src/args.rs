use crate::cli::{Command, ServeArgs};
use clap::{ArgAction, Parser};
use std::path::PathBuf;

/// Desktop delivery for interlibrary loan: the reference server and its operator commands.
///
/// Without a command, starts the server, like `desk serve`. Commands work on the same data folder,
/// whether or not a server is running. Their actions appear in the history as actions of the host.
///
/// Settings come from a TOML file and from environment variables, which take precedence, such as
/// DESKTOP_DELIVERY_DATA, DESKTOP_DELIVERY_LISTEN or, for a setting in a table,
/// DESKTOP_DELIVERY_SMTP__HOST. Commands need the same settings as the server, at least
/// DESKTOP_DELIVERY_DATA.
#[derive(Debug, Default, Parser)]
#[command(name = "desk", version, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub struct Args {
    /// Path of the settings file (TOML).
    #[arg(long, global = true, value_name = "FILE", env = "DESKTOP_DELIVERY_CONFIG")]
    pub config: Option<PathBuf>,
    /// Print the result of a command as one JSON value on standard output.
    #[arg(long, global = true, action = ArgAction::SetTrue)]
    pub json: bool,
    /// Options of `serve`.
    #[command(flatten)]
    pub serve: ServeArgs,
    /// The command; starts the server if omitted.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  success
  1  the command was refused or failed, or `verify` found damage
  2  the command line or a setting is not valid

Errors go to standard error: what failed, why, and what to do.";
