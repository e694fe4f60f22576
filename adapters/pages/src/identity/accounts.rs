use crate::AccountParts;
use crate::web::{
    Administrator, Alert, Button, Expected, Field, FieldFault, Form, Frame, Reader, Reply, Sent,
    StaffMember, View, done, page, page_with,
};
use axum::extract::{Path, State};
use axum::response::Response;
use desktop_delivery::AgencyId;
use desktop_delivery::token::SystemEntropy;
use desktop_delivery_identity::accounts::{Access, Account, Login, NewAccount, Password, Role};
use desktop_delivery_identity::check_name;
use http::StatusCode;
use serde::Serialize;

/// The longest name of a person, in bytes.
const MAX_NAME_BYTES: usize = 100;

const DISABLED: Field = Field::hidden("disabled");
const LOGIN: Field = Field::new("login", "login");
const NAME: Field = Field::new("name", "account-person");
const ROLE: Field = Field::new("role", "account-role");

const ROLES: [(&str, Role); 2] = [("staff", Role::Staff), ("administrator", Role::Administrator)];

/// The list of a library's accounts, with the form that creates one.
#[derive(Serialize)]
pub(super) struct AccountsPage {
    frame: Frame,
    accounts: Vec<Row>,
    login: String,
    name: String,
    makes_administrator: bool,
    /// The account that was just created, with its password.
    created: Option<CreatedAccount>,
    alert: Option<Alert>,
}

impl View for AccountsPage {
    const TEMPLATE: &'static str = "library/accounts.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        let row = Row { login: text(), name: text(), is_administrator: true, disabled: true };
        Self {
            accounts: vec![row],
            login: text(),
            name: text(),
            makes_administrator: true,
            created: Some(CreatedAccount { login: text(), password: text() }),
            alert: Some(Alert::sample()),
            frame,
        }
    }
}

#[derive(Serialize)]
struct Row {
    login: String,
    name: String,
    is_administrator: bool,
    disabled: bool,
}

#[derive(Serialize)]
struct CreatedAccount {
    login: String,
    password: String,
}

/// One account.
#[derive(Serialize)]
pub(super) struct AccountPage {
    frame: Frame,
    login: String,
    person: String,
    is_disabled: bool,
    /// The name and the role in the form.
    name: String,
    is_administrator: bool,
    /// Whether it is the user's own account.
    is_own: bool,
    /// The password that was just generated.
    password: Option<String>,
    alert: Option<Alert>,
}

impl View for AccountPage {
    const TEMPLATE: &'static str = "library/account.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        Self {
            login: text(),
            person: text(),
            is_disabled: true,
            name: text(),
            is_administrator: true,
            is_own: true,
            password: Some(text()),
            alert: Some(Alert::sample()),
            frame,
        }
    }
}

impl AccountsPage {
    async fn of(parts: &AccountParts, frame: Frame, agency: &AgencyId) -> Result<Self, Response> {
        let found = parts.identity.accounts.list(Some(agency)).await;
        let found = found.map_err(|error| frame.failed(error))?;
        let accounts = found.into_iter().map(|(login, account)| Row {
            login,
            is_administrator: account.is_administrator(),
            disabled: account.disabled,
            name: account.name,
        });
        let accounts = accounts.collect();
        let (login, name, makes_administrator) = (String::new(), String::new(), false);
        Ok(Self { frame, accounts, login, name, makes_administrator, created: None, alert: None })
    }
}

impl AccountPage {
    fn of(member: StaffMember, login: &Login, account: Account) -> Self {
        let is_own = login.actor(&account).is_ok_and(|actor| actor == member.actor);
        Self {
            frame: member.frame,
            login: login.to_string(),
            name: account.name.clone(),
            is_administrator: account.is_administrator(),
            is_disabled: account.disabled,
            person: account.name,
            is_own,
            password: None,
            alert: None,
        }
    }
}

pub(super) async fn show(
    State(parts): State<AccountParts>,
    Administrator(member): Administrator,
) -> Reply {
    Ok(page(&AccountsPage::of(&parts, member.frame, &member.library.id).await?))
}

/// Creates an account. Its password is shown only on this page.
pub(super) async fn create(
    State(parts): State<AccountParts>,
    Administrator(member): Administrator,
    Form(sent): Form,
) -> Reply {
    let (frame, agency) = (member.frame, member.library.id);
    let read = sent.read(|form| {
        let login = form.text(LOGIN)?;
        let text = Expected::Message("field-expected-login");
        let wrong = |_| FieldFault::Wrong(LOGIN, login.to_owned(), text);
        Ok((Login::new(login).map_err(wrong)?, person(form)?, form.choice(ROLE, &ROLES)?))
    });
    let (login, name, role) = match read {
        Ok(account) => account,
        Err(fault) => {
            let alert = fault.alert(&frame.t);
            return refused(&parts, frame, &agency, &sent, alert).await;
        }
    };
    let password = Password::generated(&SystemEntropy).map_err(|error| frame.failed(error))?;
    let new = NewAccount { login: login.clone(), agency: agency.clone(), name, role };
    let created =
        parts.identity.accounts.make(new, &password).await.map_err(|error| frame.failed(error))?;
    if !created {
        return refused(&parts, frame, &agency, &sent, Alert::Named("account-taken")).await;
    }
    let mut shown = AccountsPage::of(&parts, frame, &agency).await?;
    let password = password.expose().to_owned();
    shown.created = Some(CreatedAccount { login: login.to_string(), password });
    Ok(page_with(StatusCode::CREATED, &shown))
}

async fn refused(
    parts: &AccountParts,
    frame: Frame,
    agency: &AgencyId,
    sent: &Sent,
    alert: Alert,
) -> Reply {
    let typed = |field: Field| sent.text(field.name()).unwrap_or_default().to_owned();
    let mut shown = AccountsPage::of(parts, frame, agency).await?;
    (shown.login, shown.name, shown.alert) = (typed(LOGIN), typed(NAME), Some(alert));
    shown.makes_administrator = typed(ROLE) == "administrator";
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
}

pub(super) async fn show_one(
    State(parts): State<AccountParts>,
    Administrator(member): Administrator,
    Path(login): Path<String>,
) -> Reply {
    let (login, account) = of_library(&parts, &member, &login).await?;
    Ok(page(&AccountPage::of(member, &login, account)))
}

pub(super) async fn details(
    State(parts): State<AccountParts>,
    Administrator(member): Administrator,
    Path(login): Path<String>,
    Form(sent): Form,
) -> Reply {
    let (login, account) = of_library(&parts, &member, &login).await?;
    match sent.read(|form| Ok((person(form)?, form.choice(ROLE, &ROLES)?))) {
        Ok((name, role)) => {
            let access = Access::Details { name, role };
            change(&parts, member, &login, account, access, "account").await
        }
        Err(fault) => {
            let alert = fault.alert(&member.frame.t);
            let mut shown = AccountPage::of(member, &login, account);
            let typed = |field: Field| sent.text(field.name()).map(ToOwned::to_owned);
            shown.name = typed(NAME).unwrap_or(shown.name);
            shown.is_administrator = typed(ROLE).is_some_and(|role| role == "administrator");
            shown.alert = Some(alert);
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
        }
    }
}

/// Enables or disables an account.
pub(super) async fn access(
    State(parts): State<AccountParts>,
    Administrator(member): Administrator,
    Path(login): Path<String>,
    Form(sent): Form,
) -> Reply {
    let (login, account) = of_library(&parts, &member, &login).await?;
    match sent.read(|form| form.choice(DISABLED, &[("true", true), ("false", false)])) {
        Ok(disabled) => {
            let word = if disabled { "account-disabled" } else { "account-enabled" };
            change(&parts, member, &login, account, Access::Disabled(disabled), word).await
        }
        Err(fault) => {
            let alert = fault.alert(&member.frame.t);
            Ok(not_changed(member, &login, account, StatusCode::UNPROCESSABLE_ENTITY, alert))
        }
    }
}

async fn change(
    parts: &AccountParts,
    member: StaffMember,
    login: &Login,
    account: Account,
    access: Access,
    word: &str,
) -> Reply {
    let changed = parts.identity.accounts.set_access(login, &member.library.id, access).await;
    if changed.map_err(|error| member.frame.failed(error))? {
        return Ok(done(&parts.pages, &format!("/library/accounts/{login}"), word));
    }
    Ok(not_changed(member, login, account, StatusCode::CONFLICT, Alert::Named("account-last")))
}

fn not_changed(
    member: StaffMember,
    login: &Login,
    account: Account,
    status: StatusCode,
    alert: Alert,
) -> Response {
    let mut shown = AccountPage::of(member, login, account);
    shown.alert = Some(alert);
    page_with(status, &shown)
}

/// Generates a new password for an account, which ends its sessions. The password is shown only on
/// this page.
pub(super) async fn password(
    State(parts): State<AccountParts>,
    Administrator(member): Administrator,
    Path(login): Path<String>,
    _: Button,
) -> Reply {
    let (login, _) = of_library(&parts, &member, &login).await?;
    let failed = |error| member.frame.failed(error);
    let password = Password::generated(&SystemEntropy).map_err(failed)?;
    let changed = parts.identity.accounts.set_password(&login, &password).await.map_err(failed)?;
    let Some(account) = changed else { return Err(member.frame.not_found()) };
    let mut shown = AccountPage::of(member, &login, account);
    shown.password = Some(password.expose().to_owned());
    Ok(page(&shown))
}

pub(super) async fn sign_out(
    State(parts): State<AccountParts>,
    Administrator(member): Administrator,
    Path(login): Path<String>,
    _: Button,
) -> Reply {
    let (login, _) = of_library(&parts, &member, &login).await?;
    let ended = parts.identity.accounts.sign_out_everywhere(&login).await;
    ended.map_err(|error| member.frame.failed(error))?;
    Ok(done(&parts.pages, &format!("/library/accounts/{login}"), "account-signed-out"))
}

/// Returns the account if it belongs to the administrator's library.
async fn of_library(
    parts: &AccountParts,
    member: &StaffMember,
    login: &str,
) -> Result<(Login, Account), Response> {
    let login = Login::new(login).map_err(|_| member.frame.not_found())?;
    let found =
        parts.identity.accounts.find(&login).await.map_err(|error| member.frame.failed(error))?;
    let found = found.filter(|account| account.agency == member.library.id);
    Ok((login, found.ok_or_else(|| member.frame.not_found())?))
}

/// Reads the name of a person.
fn person(form: &mut Reader<'_>) -> Result<String, FieldFault> {
    let typed = form.text(NAME)?;
    if typed.trim().is_empty() {
        return Err(FieldFault::Missing(NAME, Expected::Text));
    }
    let name = check_name(typed, MAX_NAME_BYTES);
    name.map(ToOwned::to_owned).map_err(|input| FieldFault::of_input(NAME, typed, input))
}
