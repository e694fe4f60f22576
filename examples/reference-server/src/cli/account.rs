use super::parse;
use super::participant;
use super::tables::{fields, table};
use super::trouble;
use super::work::Work;
use crate::accounts::{Account, Login, NewAccount, Password, Role};
use crate::startup_error::StartupError;
use clap::{Subcommand, ValueEnum};
use desktop_delivery::token::SystemEntropy;
use desktop_delivery::{AgencyId, Directory as _, InvalidInput};
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub(super) enum AccountCommand {
    /// Makes one. Its password is made up and printed once, or read from standard input.
    Make {
        /// The user name.
        #[arg(value_parser = login)]
        login: Login,
        /// The library.
        #[arg(long, value_parser = parse::with_remedy(parse::agency))]
        agency: AgencyId,
        /// The person's name, as colleagues see it.
        #[arg(long)]
        name: String,
        /// What they may do beside serving requests.
        #[arg(long, value_enum, default_value = "staff")]
        role: RoleWord,
        /// Reads the password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Lists them.
    List {
        /// Those of this library alone.
        #[arg(long, value_parser = parse::with_remedy(parse::agency))]
        agency: Option<AgencyId>,
    },
    /// Gives one another password, made up and printed once or read from standard input, and signs
    /// it out everywhere.
    Password {
        /// The user name.
        #[arg(value_parser = login)]
        login: Login,
        /// Reads the password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Lets one not sign in any more, and signs it out at once.
    Disable {
        /// The user name.
        #[arg(value_parser = login)]
        login: Login,
    },
    /// Lets one sign in again that was disabled.
    Enable {
        /// The user name.
        #[arg(value_parser = login)]
        login: Login,
    },
    /// Signs one out everywhere.
    SignOut {
        /// The user name.
        #[arg(value_parser = login)]
        login: Login,
    },
}

/// What staff may do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RoleWord {
    /// Also keeps the library's record and its accounts.
    Administrator,
    /// Lends and borrows.
    Staff,
}

fn login(text: &str) -> Result<Login, InvalidInput> {
    Login::new(text)
}

impl AccountCommand {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let accounts = &work.server.identity.accounts;
        match self {
            Self::Make { login, agency, name, role, password_stdin } => {
                let known = work.server.identity.directory.participant(&agency).await?;
                known.ok_or_else(|| participant::unknown(&agency))?;
                let role = match role {
                    RoleWord::Administrator => Role::Administrator,
                    RoleWord::Staff => Role::Staff,
                };
                let (password, is_made_up) = password(password_stdin)?;
                let new = NewAccount { login: login.clone(), agency, name, role };
                if !accounts.make(new, &password).await? {
                    return Err(StartupError::plain(format!("the user name {login} is taken"))
                        .with_remedy("desk account list shows those that are"));
                }
                told(work, &login, "made", is_made_up.then_some(&password)).await
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
                told(work, &login, "changed", is_made_up.then_some(&password)).await
            }
            Self::Disable { login } => {
                accounts.set_disabled(&login, true).await?.ok_or_else(|| unknown(&login))?;
                told(work, &login, "disabled", None).await
            }
            Self::Enable { login } => {
                accounts.set_disabled(&login, false).await?.ok_or_else(|| unknown(&login))?;
                told(work, &login, "enabled", None).await
            }
            Self::SignOut { login } => {
                accounts.find(&login).await?.ok_or_else(|| unknown(&login))?;
                accounts.sign_out_everywhere(&login).await?;
                told(work, &login, "signed out", None).await
            }
        }
    }
}

/// A password, and whether it was made up here.
fn password(from_stdin: bool) -> Result<(Password, bool), StartupError> {
    if !from_stdin {
        return Ok((Password::generated(&SystemEntropy)?, true));
    }
    let mut line = Zeroizing::new(String::new());
    std::io::stdin().read_line(&mut line).map_err(|error| {
        StartupError::new("the password cannot be read from standard input", error)
    })?;
    let password = Password::chosen(line.trim_end_matches(['\r', '\n']))
        .map_err(|error| trouble::invalid("standard input", error))?;
    Ok((password, false))
}

/// Says how an account stands now, with a password that was made up.
async fn told(
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
        ];
        if let Some(password) = password {
            shown.push(("password", password.expose().to_owned()));
        }
        format!("The account is {done}.\n\n{}", fields(shown))
    })
}

fn value(login: &str, account: &Account) -> Value {
    json!({
        "login": login, "agency": account.agency.as_str(), "name": account.name,
        "role": role(account), "disabled": account.disabled,
    })
}

fn role(account: &Account) -> &'static str {
    if account.is_administrator() { "administrator" } else { "staff" }
}

fn unknown(login: &Login) -> StartupError {
    StartupError::plain(format!("there is no account {login}"))
        .with_remedy("desk account list shows those that there are")
}
