use super::account_holder::AccountHolder;
use crate::AccountParts;
use crate::web::{
    Alert, Button, Failure, Field, FieldFault, Form, Frame, Reply, View, done, later, page,
    page_with,
};
use axum::extract::State;
use axum::response::Response;
use desktop_delivery_identity::accounts::{
    Admission, Later, MIN_PASSWORD_CHARS, Origin, Password, SignInName, Who,
};
use http::{StatusCode, header};
use serde::Serialize;
use zeroize::Zeroizing;

const AGAIN: Field = Field::new("again", "password-again");
const CURRENT: Field = Field::new("current", "password-current");
const LANGUAGE: Field = Field::new("language", "account-language-label");
const NEW: Field = Field::new("new", "password-new");

/// The settings of the user's own account.
#[derive(Serialize)]
pub(super) struct AccountPage {
    frame: Frame,
    login: String,
    language: String,
    min_password: usize,
    /// Whether the user can sign in with a password.
    has_password: bool,
    alert: Option<Alert>,
}

impl View for AccountPage {
    const TEMPLATE: &'static str = "account.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        Self {
            login: text(),
            language: text(),
            min_password: 12,
            has_password: true,
            alert: Some(Alert::sample()),
            frame,
        }
    }
}

impl AccountPage {
    fn of(parts: &AccountParts, member: AccountHolder, alert: Option<Alert>) -> Self {
        Self {
            frame: member.frame,
            login: member.login.to_string(),
            language: member.account.language.map_or_else(String::new, |one| one.to_string()),
            min_password: MIN_PASSWORD_CHARS,
            has_password: parts.has_staff_passwords && member.account.has_password(),
            alert,
        }
    }
}

pub(super) async fn show(State(parts): State<AccountParts>, member: AccountHolder) -> Response {
    page(&AccountPage::of(&parts, member, None))
}

/// Returns the page with the error of a form.
fn refused(parts: &AccountParts, member: AccountHolder, fault: &FieldFault) -> Response {
    let alert = fault.alert(&member.frame.t);
    let shown = AccountPage::of(parts, member, Some(alert));
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

/// Changes the password, which ends all other sessions.
pub(super) async fn change_password(
    State(parts): State<AccountParts>,
    member: AccountHolder,
    Form(sent): Form,
) -> Reply {
    if !parts.has_staff_passwords || !member.account.has_password() {
        return Err(Failure::new(StatusCode::FORBIDDEN, "no-passwords").show(&member.frame));
    }
    let read = sent.read(|form| Ok((form.text(CURRENT)?, form.text(NEW)?, form.text(AGAIN)?)));
    let (current, new, again) = match read {
        Ok(passwords) => passwords,
        Err(fault) => return Ok(refused(&parts, member, &fault)),
    };
    let not_changed = |member, word| {
        let shown = AccountPage::of(&parts, member, Some(Alert::Named(word)));
        Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
    };
    let failed = |error| member.frame.failed(error);
    let (name, current) = (member.login.as_str(), Zeroizing::new(current.to_owned()));
    let admission =
        parts.identity.accounts.sign_in(&parts.identity.gate, name, current, Origin::Session).await;
    match admission.map_err(failed)? {
        Admission::Granted { .. } => {}
        Admission::Denied => return not_changed(member, "password-wrong"),
        Admission::Later(why) => {
            let word = if matches!(why, Later::Busy(_)) { "sign-in-busy" } else { "attempts" };
            let shown = AccountPage::of(&parts, member, Some(Alert::Named(word)));
            return Ok(later(why.seconds(), &shown));
        }
    }
    let Ok(password) = Password::chosen(new) else {
        return not_changed(member, "password-short");
    };
    let is_same =
        Password::of_elsewhere(again).is_ok_and(|again| again.expose() == password.expose());
    if !is_same {
        return not_changed(member, "password-differs");
    }
    let changed =
        parts.identity.accounts.set_password(&member.login, &password).await.map_err(failed)?;
    let epoch = changed.map_or(0, |account| account.epoch);
    let provider = member.provider.clone();
    let who = Who::Staff { login: member.login.to_string(), epoch, provider };
    let name = SignInName::staff(member.login.as_str());
    let response = done(&parts.pages, "/account", "password");
    parts.sign_in.begin_session(response, who, &name, &Origin::Session).await.map_err(failed)
}

pub(super) async fn choose_language(
    State(parts): State<AccountParts>,
    member: AccountHolder,
    Form(sent): Form,
) -> Reply {
    let mut languages = vec![("", None)];
    let known = member.frame.catalog().languages().into_iter();
    languages.extend(known.map(|info| (info.language.as_str(), Some(info.language))));
    let language = match sent.read(|form| form.choice(LANGUAGE, &languages)) {
        Ok(language) => language,
        Err(fault) => return Ok(refused(&parts, member, &fault)),
    };
    let saved = parts.identity.accounts.set_language(&member.login, language).await;
    saved.map_err(|error| member.frame.failed(error))?;
    let mut response = done(&parts.pages, "/account", "language");
    // The account's language replaces the one chosen on a page.
    let forget = crate::web::clear(parts.pages.desk.address(), crate::web::LANGUAGE_COOKIE);
    if let Some(cookie) = forget {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

pub(super) async fn sign_out_everywhere(
    State(parts): State<AccountParts>,
    member: AccountHolder,
    _: Button,
) -> Reply {
    let ended = parts.identity.accounts.sign_out_everywhere(&member.login).await;
    ended.map_err(|error| member.frame.failed(error))?;
    Ok(done(&parts.pages, "/sign-in", "signed-out-everywhere"))
}
