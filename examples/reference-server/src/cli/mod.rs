//! The operator's commands, a file for each group.

mod account;
mod backup;
mod completions;
mod key;
mod keys;
mod links;
mod output;
mod parse;
mod participant;
mod patron;
mod request;
mod supply;
mod sweep;
mod tables;
mod transfer;
mod trouble;
mod verify;
mod work;

use crate::args::ServeArgs;
use crate::settings::Settings;
use crate::startup_error::StartupError;
use clap::Subcommand;
use output::Output;
use std::process::ExitCode;
use work::Work;

/// What an operator can do.
#[expect(private_interfaces, reason = "the groups' words are for the command line alone")]
#[non_exhaustive]
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Starts the server, as no command at all does.
    Serve(ServeArgs),

    /// Libraries that take part: lists, shows and writes them.
    #[command(subcommand)]
    Participant(participant::ParticipantCommand),
    /// The email addresses of patrons: sets and shows them, and erases a patron.
    #[command(subcommand)]
    Patron(patron::PatronCommand),
    /// Accounts of staff who sign in on the pages: makes, lists and changes them.
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Keys of the JSON API: makes, lists and revokes them.
    #[command(subcommand)]
    Key(key::KeyCommand),

    /// Requests: lists them, or shows one whole.
    #[command(subcommand)]
    Request(request::RequestCommand),
    /// Shows what happened to a request: when, who, what.
    Events(request::Events),
    /// Attaches files to a request, for the lending library.
    Attach(supply::Attach),
    /// Ships a request: from now on the borrowing library sees its files.
    Ship(supply::Ship),
    /// Marks a request as received by the borrowing library; its patron is emailed if the library wants it.
    Receive(supply::Receive),
    /// Takes a shipped request back: its documents can no longer be downloaded.
    Withdraw(supply::Withdraw),
    /// Prints the link of a patron or a partner, made now where there is none. It is a secret.
    Link(links::Link),
    /// Lets a file be downloaded until another day, as far as the policy profile goes.
    Extend(links::Extend),
    /// Grants more downloads or more days of a file, on top of its terms.
    Grant(links::Grant),
    /// Revokes a link, and the downloads under way by it.
    Revoke(links::Revoke),

    /// The keys that sign links: lists, rotates and retires them.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Does everything that has fallen due, to its end: emails, ends of terms, files to delete.
    Sweep,
    /// Copies everything into a new folder, while the server runs.
    Backup(backup::Backup),
    /// Puts a backup into an empty data folder, checking every byte.
    Restore(backup::Restore),
    /// Copies everything into a new folder, whatever database and store it is in: to move it, stop the
    /// servers first.
    Export(transfer::Export),
    /// Fills an empty database and store from an export or a backup, checking every byte.
    Import(transfer::Import),
    /// Reads everything and says what is wrong: every file against its digest, every record.
    Verify,
    /// Prints the completions of a shell.
    Completions(completions::Completions),
}

/// Carries out a command other than `serve`.
pub(crate) async fn carry_out(
    command: Command,
    settings: Settings,
    json: bool,
) -> Result<ExitCode, StartupError> {
    let output = Output::new(json);
    match command {
        Command::Completions(command) => return command.run(&output),
        Command::Restore(command) => return command.run(&settings, &output).await,
        Command::Import(command) => return command.run(&settings, &output).await,
        Command::Keys(command) => return command.run(settings, output).await,
        _ => {}
    }
    let work = match command {
        // These tell addresses, which must be right.
        Command::Link(_) | Command::Sweep => Work::begin_with_address(settings, output).await?,
        _ => Work::begin(settings, output).await?,
    };
    match command {
        Command::Participant(command) => command.run(&work).await?,
        Command::Patron(command) => command.run(&work).await?,
        Command::Account(command) => command.run(&work).await?,
        Command::Key(command) => command.run(&work).await?,
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
        | Command::Restore(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}
