use crate::accounts::{Admission, Later, MIN_PASSWORD_CHARS, Origin, Password, SignInName, Who};
use crate::assemble::Server;
use crate::web::{
    Alert, Form, Frame, Reply, StaffMember, begin_session, done, later, page, page_with,
};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use desktop_delivery::Language;
use http::{StatusCode, header};
use serde::Deserialize;
use std::sync::Arc;
use zeroize::Zeroizing;

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/account", get(show))
        .route("/account/password", post(change_password))
        .route("/account/language", post(choose_language))
        .route("/account/sign-out-everywhere", post(sign_out_everywhere))
}

/// What staff set about themselves.
#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    login: String,
    language: &'static str,
    min_password: usize,
    alert: Option<Alert>,
}

impl AccountPage {
    fn of(member: StaffMember, alert: Option<Alert>) -> Self {
        Self {
            frame: member.frame,
            login: member.login.to_string(),
            language: member.account.language.map_or("", Language::code),
            min_password: MIN_PASSWORD_CHARS,
            alert,
        }
    }
}

async fn show(member: StaffMember) -> Response {
    page(&AccountPage::of(member, None))
}

#[derive(Deserialize)]
struct ChangePassword {
    current: Zeroizing<String>,
    new: Zeroizing<String>,
    again: Zeroizing<String>,
}

/// Changes the password, which signs out everywhere else.
async fn change_password(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Form(form): Form<ChangePassword>,
) -> Reply {
    let refused = |member, word| {
        let shown = AccountPage::of(member, Some(Alert::Named(word)));
        Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
    };
    let failed = |error| member.frame.failed(error);
    let (name, current) = (member.login.as_str(), form.current);
    let tried = server.accounts.sign_in(&server.gate, name, current, Origin::Session).await;
    match tried.map_err(failed)? {
        Admission::Granted { .. } => {}
        Admission::Denied => return refused(member, "password-wrong"),
        Admission::Later(why) => {
            let word = if matches!(why, Later::Busy(_)) { "sign-in-busy" } else { "attempts" };
            let shown = AccountPage::of(member, Some(Alert::Named(word)));
            return Ok(later(why.seconds(), &shown));
        }
    }
    let Ok(password) = Password::chosen(&form.new) else {
        return refused(member, "password-short");
    };
    let is_same =
        Password::of_elsewhere(&form.again).is_ok_and(|again| again.expose() == password.expose());
    if !is_same {
        return refused(member, "password-differs");
    }
    let changed = server.accounts.set_password(&member.login, &password).await.map_err(failed)?;
    let epoch = changed.map_or(0, |account| account.epoch);
    let who = Who::Staff { login: member.login.to_string(), epoch };
    let name = SignInName::staff(member.login.as_str());
    let response = done(&server, "/account", "password");
    begin_session(&server, response, who, &name, &Origin::Session).await.map_err(failed)
}

#[derive(Deserialize)]
struct ChooseLanguage {
    language: String,
}

async fn choose_language(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Form(form): Form<ChooseLanguage>,
) -> Reply {
    let language = match form.language.as_str() {
        "en" => Some(Language::English),
        "fr" => Some(Language::French),
        _ => None,
    };
    let kept = server.accounts.set_language(&member.login, language).await;
    kept.map_err(|error| member.frame.failed(error))?;
    let mut response = done(&server, "/account", "language");
    // What was chosen on a page before gives way.
    let forget = crate::web::clear(server.desk.address(), crate::web::LANGUAGE_COOKIE);
    if let Some(cookie) = forget {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[derive(Deserialize)]
struct Nothing {}

async fn sign_out_everywhere(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Form(Nothing {}): Form<Nothing>,
) -> Reply {
    let ended = server.accounts.sign_out_everywhere(&member.login).await;
    ended.map_err(|error| member.frame.failed(error))?;
    Ok(done(&server, "/sign-in", "signed-out-everywhere"))
}
