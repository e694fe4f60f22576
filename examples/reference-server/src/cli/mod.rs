//! The operator commands, one file per group.

mod account;
mod backup;
mod completions;
mod errors;
mod key;
mod keys;
mod links;
mod man;
mod output;
mod parse;
mod participant;
mod patron;
mod request;
mod serve;
mod supply;
mod sweep;
mod tables;
mod transfer;
mod verify;
mod webhook;
mod webhook_text;
mod work;

use crate::settings::Settings;
use crate::startup_error::StartupError;
use clap::Subcommand;
use output::Output;
use std::process::ExitCode;
use work::Work;

pub use serve::ServeArgs;

/// The operator commands.
#[expect(private_interfaces, reason = "the arguments of commands are only for the command line")]
#[non_exhaustive]
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the server (the default).
    Serve(ServeArgs),

    /// List, show and change participating libraries.
    #[command(subcommand)]
    Participant(participant::ParticipantCommand),
    /// Set, show and erase the email addresses of patrons.
    #[command(subcommand)]
    Patron(patron::PatronCommand),
    /// Create, list and change accounts of staff.
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Create, list and revoke keys of the JSON API.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Create, list and change webhooks, which deliver events to a URL.
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),

    /// List requests or show one in full.
    #[command(subcommand)]
    Request(request::RequestCommand),
    /// Show the history of a request.
    Events(request::Events),
    /// Attach files to a request on behalf of the lending library.
    Attach(supply::Attach),
    /// Ship a request, which makes its files visible to the borrowing library.
    Ship(supply::Ship),
    /// Mark a request as received by the borrowing library. The patron is emailed if the library
    /// has enabled that notice.
    Receive(supply::Receive),
    /// Withdraw a shipped request. Its documents can no longer be downloaded.
    Withdraw(supply::Withdraw),
    /// Print the link of a patron or a partner, issuing one if necessary. The link is a secret.
    Link(links::Link),
    /// Change the last day on which a file can be downloaded, within the policy profile's limit.
    Extend(links::Extend),
    /// Grant more downloads or days for a file, in addition to its terms.
    Grant(links::Grant),
    /// Revoke a link and its unfinished downloads.
    Revoke(links::Revoke),

    /// List, rotate, save and retire the keys that sign links.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Do all due work now: send emails, end terms, delete files.
    Sweep,
    /// Copy everything to a new folder while the server runs.
    Backup(backup::Backup),
    /// Restore a backup into an empty data folder, checking every byte.
    Restore(backup::Restore),
    /// Copy everything to a new folder, from any database and store. To move an installation, stop
    /// its servers first.
    Export(transfer::Export),
    /// Fill an empty database and store from an export or a backup, checking every byte.
    Import(transfer::Import),
    /// Check all data: each file against its digest, and each record.
    Verify,
    /// Print the completion script of a shell.
    Completions(completions::Completions),
    /// Write the manual pages of all commands to a folder.
    Man(man::Man),
}

/// Runs a command other than `serve`. `program` describes the command line, for completions and
/// manual pages.
pub(crate) async fn carry_out(
    command: Command,
    settings: Settings,
    json: bool,
    program: clap::Command,
) -> Result<ExitCode, StartupError> {
    let output = Output::new(json);
    match command {
        Command::Completions(command) => return command.run(program, &output),
        Command::Man(command) => return command.run(program, &output),
        Command::Restore(command) => return command.run(&settings, &output).await,
        Command::Import(command) => return command.run(&settings, &output).await,
        Command::Keys(command) => return command.run(settings, output).await,
        _ => {}
    }
    let work = match command {
        // These print addresses, which must be correct.
        Command::Link(_) | Command::Sweep => Work::begin_with_address(settings, output).await?,
        _ => Work::begin(settings, output).await?,
    };
    match command {
        Command::Participant(command) => command.run(&work).await?,
        Command::Patron(command) => command.run(&work).await?,
        Command::Account(command) => command.run(&work).await?,
        Command::Key(command) => command.run(&work).await?,
        Command::Webhook(command) => return command.run(&work).await,
        Command::Request(command) => command.run(&work).await?,
        Command::Events(command) => command.run(&work).await?,
        Command::Attach(command) => command.run(&work).await?,
        Command::Ship(command) => command.run(&work).await?,
        Command::Receive(command) => command.run(&work).await?,
        Command::Withdraw(command) => command.run(&work).await?,
        Command::Link(command) => command.run(&work).await?,
        Command::Extend(command) => command.run(&work).await?,
        Command::Grant(command) => command.run(&work).await?,
        Command::Revoke(command) => command.run(&work).await?,
        Command::Sweep => return sweep::run(&work).await,
        Command::Backup(command) => return command.run(&work).await,
        Command::Export(command) => return command.run(&work).await,
        Command::Verify => return verify::run(&work).await,
        // The server is started elsewhere, and the others have returned.
        Command::Serve(_)
        | Command::Completions(_)
        | Command::Import(_)
        | Command::Keys(_)
        | Command::Man(_)
        | Command::Restore(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}
