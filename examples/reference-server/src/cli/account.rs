use super::errors;
use super::parse;
use super::participant;
use super::tables::{fields, table};
use super::work::Work;
use crate::startup_error::StartupError;
use clap::{Subcommand, ValueEnum};
use desktop_delivery::token::SystemEntropy;
use desktop_delivery::{AgencyId, Directory as _};
use desktop_delivery_identity::accounts::{Account, LinkResult, Login, NewAccount, Password, Role};
use serde_json::{Value, json};
use std::str::FromStr as _;
use zeroize::Zeroizing;

/// Commands for accounts.
#[derive(Debug, Subcommand)]
pub(super) enum AccountCommand {
    /// Create an account. Generates and prints a password, or reads it from standard input.
    Make {
        /// The user name.
        #[arg(value_parser = parse::with_remedy(Login::new))]
        login: Login,
        /// The library.
        #[arg(long, value_parser = parse::with_remedy(AgencyId::from_str))]
        agency: AgencyId,
        /// The person's name, shown to colleagues.
        #[arg(long)]
        name: String,
        /// The person's role.
        #[arg(long, value_enum, default_value = "staff")]
        role: RoleArg,
        /// Read the password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List accounts.
    List {
        /// Only accounts of this library.
        #[arg(long, value_parser = parse::with_remedy(AgencyId::from_str))]
        agency: Option<AgencyId>,
    },
    /// Set a new password, generated and printed or read from standard input, and end all sessions.
    Password {
        /// The user name.
        #[arg(value_parser = parse::with_remedy(Login::new))]
        login: Login,
        /// Read the password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Disable sign-in and end all sessions.
    Disable {
        /// The user name.
        #[arg(value_parser = parse::with_remedy(Login::new))]
        login: Login,
    },
    /// Enable sign-in again.
    Enable {
        /// The user name.
        #[arg(value_parser = parse::with_remedy(Login::new))]
        login: Login,
    },
    /// Link an account to a person at a provider, who can then sign in there. A person can be linked
    /// to one account of each library.
    Link {
        /// The user name.
        #[arg(value_parser = parse::with_remedy(Login::new))]
        login: Login,
        /// The issuer of the provider, exactly as in the settings.
        #[arg(long)]
        issuer: String,
        /// The identifier of the person at the issuer (`sub`), which the page shows them at their
        /// first sign-in.
        #[arg(long, value_parser = parse::subject)]
        subject: String,
    },
    /// Remove all links of an account to people at providers and end all sessions.
    Unlink {
        /// The user name.
        #[arg(value_parser = parse::with_remedy(Login::new))]
        login: Login,
    },
    /// End all sessions.
    SignOut {
        /// The user name.
        #[arg(value_parser = parse::with_remedy(Login::new))]
        login: Login,
    },
}

/// The role of an account.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RoleArg {
    /// Handles requests and maintains the library's record and accounts.
    Administrator,
    /// Handles requests.
    Staff,
}

impl AccountCommand {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let accounts = &work.server.identity.accounts;
        match self {
            Self::Make { login, agency, name, role, password_stdin } => {
                let known = work.server.identity.directory.participant(&agency).await?;
                known.ok_or_else(|| participant::unknown(&agency))?;
                let role = match role {
                    RoleArg::Administrator => Role::Administrator,
                    RoleArg::Staff => Role::Staff,
                };
                let (password, is_made_up) = password(password_stdin)?;
                let new = NewAccount { login: login.clone(), agency, name, role };
                if !accounts.make(new, &password).await? {
                    return Err(StartupError::plain(format!("the user name {login} is taken"))
                        .with_remedy("to see the accounts, run desk account list"));
                }
                print_account(work, &login, "created", is_made_up.then_some(&password)).await
            }
            Self::List { agency } => {
                let found = accounts.list(agency.as_ref()).await?;
                let values: Vec<_> =
                    found.iter().map(|(login, account)| value(login, account)).collect();
                work.output.answer(&json!({ "accounts": values }), || {
                    let rows = found.iter().map(|(login, account)| {
                        let state = if account.disabled { "disabled" } else { "signs in" };
                        let agency = account.agency.to_string();
                        let role = role(account).to_owned();
                        [login.clone(), agency, role, state.to_owned(), account.name.clone()]
                    });
                    table(["USER", "LIBRARY", "ROLE", "STATE", "NAME"], rows, "No accounts.")
                })
            }
            Self::Password { login, password_stdin } => {
                let (password, is_made_up) = password(password_stdin)?;
                accounts.set_password(&login, &password).await?.ok_or_else(|| unknown(&login))?;
                print_account(work, &login, "changed", is_made_up.then_some(&password)).await
            }
            Self::Disable { login } => {
                accounts.set_disabled(&login, true).await?.ok_or_else(|| unknown(&login))?;
                print_account(work, &login, "disabled", None).await
            }
            Self::Enable { login } => {
                accounts.set_disabled(&login, false).await?.ok_or_else(|| unknown(&login))?;
                print_account(work, &login, "enabled", None).await
            }
            Self::Link { login, issuer, subject } => {
                match accounts.link(&login, &issuer, &subject).await? {
                    LinkResult::Unknown => Err(unknown(&login)),
                    LinkResult::LinkedElsewhere => {
                        let what = "this person is linked to another account of the library";
                        Err(StartupError::plain(what).with_remedy(
                            "to remove the links of that account, run desk account unlink",
                        ))
                    }
                    _ => print_account(work, &login, "linked", None).await,
                }
            }
            Self::Unlink { login } => {
                if !accounts.unlink(&login).await? {
                    return Err(unknown(&login));
                }
                print_account(work, &login, "unlinked", None).await
            }
            Self::SignOut { login } => {
                accounts.find(&login).await?.ok_or_else(|| unknown(&login))?;
                accounts.sign_out_everywhere(&login).await?;
                print_account(work, &login, "signed out", None).await
            }
        }
    }
}

/// Returns a password, and whether it was generated.
fn password(from_stdin: bool) -> Result<(Password, bool), StartupError> {
    if !from_stdin {
        return Ok((Password::generated(&SystemEntropy)?, true));
    }
    let mut line = Zeroizing::new(String::new());
    std::io::stdin().read_line(&mut line).map_err(|error| {
        StartupError::new("could not read the password from standard input", error)
    })?;
    let password = Password::chosen(line.trim_end_matches(['\r', '\n']))
        .map_err(|error| errors::invalid("standard input", error))?;
    Ok((password, false))
}

/// Prints the state of an account, with its password if that was generated.
async fn print_account(
    work: &Work,
    login: &Login,
    done: &'static str,
    password: Option<&Password>,
) -> Result<(), StartupError> {
    let account = work.server.identity.accounts.find(login).await?.ok_or_else(|| unknown(login))?;
    let mut value = value(login.as_str(), &account);
    if let Some(password) = password {
        value["password"] = Value::String(password.expose().to_owned());
    }
    work.output.answer(&value, || {
        let mut shown = vec![
            ("user", login.to_string()),
            ("library", account.agency.to_string()),
            ("role", role(&account).to_owned()),
            ("links to providers", account.links().to_string()),
        ];
        if let Some(password) = password {
            shown.push(("password", password.expose().to_owned()));
        }
        format!("The account has been {done}.\n\n{}", fields(shown))
    })
}

fn value(login: &str, account: &Account) -> Value {
    json!({
        "login": login, "agency": account.agency.as_str(), "name": account.name,
        "role": role(account), "disabled": account.disabled, "links": account.links(),
        "has_password": account.has_password(),
    })
}

fn role(account: &Account) -> &'static str {
    if account.is_administrator() { "administrator" } else { "staff" }
}

fn unknown(login: &Login) -> StartupError {
    StartupError::plain(format!("there is no account {login}"))
        .with_remedy("to see the accounts, run desk account list")
}
