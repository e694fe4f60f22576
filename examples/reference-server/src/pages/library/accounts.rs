use crate::accounts::{Access, Account, Login, NewAccount, Password, Role};
use crate::assemble::Server;
use crate::web::{Administrator, Alert, Form, Frame, Reply, StaffMember, done, page, page_with};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use desktop_delivery::{AgencyId, SystemEntropy};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

/// The longest name of a person, bytes.
const MAX_NAME_BYTES: usize = 100;

/// The accounts of a library, and where another one is made.
#[derive(Template)]
#[template(path = "library/accounts.html")]
struct AccountsPage {
    frame: Frame,
    accounts: Vec<Row>,
    login: String,
    name: String,
    /// An account that was just made, with its password.
    made: Option<(String, Password)>,
    alert: Option<Alert>,
}

struct Row {
    login: String,
    name: String,
    is_administrator: bool,
    disabled: bool,
}

/// One account.
#[derive(Template)]
#[template(path = "library/account.html")]
struct AccountPage {
    frame: Frame,
    login: String,
    account: Account,
    /// Whether it is the one of whoever looks.
    is_own: bool,
    /// A password that was just made.
    password: Option<Password>,
    alert: Option<Alert>,
}

impl AccountsPage {
    async fn of(server: &Server, frame: Frame, agency: &AgencyId) -> Result<Self, Response> {
        let found = server.accounts.list(Some(agency)).await;
        let found = found.map_err(|error| frame.failed(error))?;
        let accounts = found.into_iter().map(|(login, account)| Row {
            login,
            is_administrator: account.is_administrator(),
            disabled: account.disabled,
            name: account.name,
        });
        let accounts = accounts.collect();
        let (login, name) = (String::new(), String::new());
        Ok(Self { frame, accounts, login, name, made: None, alert: None })
    }
}

impl AccountPage {
    fn of(member: StaffMember, login: &Login, account: Account) -> Self {
        let is_own = member.login == *login;
        let login = login.to_string();
        Self { frame: member.frame, login, account, is_own, password: None, alert: None }
    }
}

pub(super) async fn show(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
) -> Reply {
    Ok(page(&AccountsPage::of(&server, member.frame, &member.library.id).await?))
}

#[derive(Deserialize)]
pub(super) struct Make {
    login: String,
    name: String,
    role: String,
}

/// Makes an account; its password is on this one page alone.
pub(super) async fn make(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    Form(form): Form<Make>,
) -> Reply {
    let (frame, agency) = (member.frame, member.library.id);
    let name = person(&form.name);
    let (login, name) = match (Login::new(&form.login), name) {
        (Ok(login), Some(name)) => (login, name),
        (Err(_), _) => return refused(&server, frame, &agency, form, "account-login").await,
        (_, None) => return refused(&server, frame, &agency, form, "account-name").await,
    };
    let password = Password::generated(&SystemEntropy).map_err(|error| frame.failed(error))?;
    let role = role(&form.role);
    let new = NewAccount { login: login.clone(), agency: agency.clone(), name, role };
    let made = server.accounts.make(new, &password).await.map_err(|error| frame.failed(error))?;
    if !made {
        return refused(&server, frame, &agency, form, "account-taken").await;
    }
    let mut shown = AccountsPage::of(&server, frame, &agency).await?;
    shown.made = Some((login.to_string(), password));
    Ok(page_with(StatusCode::CREATED, &shown))
}

async fn refused(
    server: &Server,
    frame: Frame,
    agency: &AgencyId,
    form: Make,
    word: &'static str,
) -> Reply {
    let mut shown = AccountsPage::of(server, frame, agency).await?;
    (shown.login, shown.name, shown.alert) = (form.login, form.name, Some(Alert::Named(word)));
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
}

pub(super) async fn one(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    Path(login): Path<String>,
) -> Reply {
    let (login, account) = of_library(&server, &member, &login).await?;
    Ok(page(&AccountPage::of(member, &login, account)))
}

#[derive(Deserialize)]
pub(super) struct Details {
    name: String,
    role: String,
}

pub(super) async fn details(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    Path(login): Path<String>,
    Form(form): Form<Details>,
) -> Reply {
    let (login, account) = of_library(&server, &member, &login).await?;
    let Some(name) = person(&form.name) else {
        return Ok(not_done(member, &login, account, "account-name"));
    };
    let access = Access::Details { name, role: role(&form.role) };
    change(&server, member, &login, account, access, "account").await
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    disabled: bool,
}

/// Lets somebody sign in, or not any more.
pub(super) async fn access(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    Path(login): Path<String>,
    Form(Wanted { disabled }): Form<Wanted>,
) -> Reply {
    let (login, account) = of_library(&server, &member, &login).await?;
    let word = if disabled { "account-disabled" } else { "account-enabled" };
    change(&server, member, &login, account, Access::Disabled(disabled), word).await
}

async fn change(
    server: &Server,
    member: StaffMember,
    login: &Login,
    account: Account,
    access: Access,
    word: &str,
) -> Reply {
    let changed = server.accounts.set_access(login, &member.library.id, access).await;
    if changed.map_err(|error| member.frame.failed(error))? {
        return Ok(done(server, &format!("/library/accounts/{login}"), word));
    }
    Ok(not_done(member, login, account, "account-last"))
}

fn not_done(member: StaffMember, login: &Login, account: Account, word: &'static str) -> Response {
    let mut shown = AccountPage::of(member, login, account);
    shown.alert = Some(Alert::Named(word));
    page_with(StatusCode::CONFLICT, &shown)
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// Gives an account a new password, which ends its sessions; it is on this one page alone.
pub(super) async fn password(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    Path(login): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Reply {
    let (login, _) = of_library(&server, &member, &login).await?;
    let failed = |error| member.frame.failed(error);
    let password = Password::generated(&SystemEntropy).map_err(failed)?;
    let changed = server.accounts.set_password(&login, &password).await.map_err(failed)?;
    let Some(account) = changed else { return Err(member.frame.not_found()) };
    let mut shown = AccountPage::of(member, &login, account);
    shown.password = Some(password);
    Ok(page(&shown))
}

pub(super) async fn sign_out(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    Path(login): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Reply {
    let (login, _) = of_library(&server, &member, &login).await?;
    let ended = server.accounts.sign_out_everywhere(&login).await;
    ended.map_err(|error| member.frame.failed(error))?;
    Ok(done(&server, &format!("/library/accounts/{login}"), "account-signed-out"))
}

/// The account, if it is one of this library.
async fn of_library(
    server: &Server,
    member: &StaffMember,
    login: &str,
) -> Result<(Login, Account), Response> {
    let login = Login::new(login).map_err(|_| member.frame.not_found())?;
    let found = server.accounts.find(&login).await.map_err(|error| member.frame.failed(error))?;
    let found = found.filter(|account| account.agency == member.library.id);
    Ok((login, found.ok_or_else(|| member.frame.not_found())?))
}

/// A person's name, as it was typed; `None` where it is none.
fn person(typed: &str) -> Option<String> {
    let name = typed.trim();
    let is_one =
        !name.is_empty() && name.len() <= MAX_NAME_BYTES && !name.chars().any(char::is_control);
    is_one.then(|| name.to_owned())
}

fn role(word: &str) -> Role {
    if word == "administrator" { Role::Administrator } else { Role::Staff }
}
