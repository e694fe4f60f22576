use super::home::own_path;
use crate::accounts::Who;
use crate::assemble::Server;
use crate::web::{
    Alert, AnyForm, Failure, Form, Frame, Reply, STAFF_COOKIE, StaffMember, Visitor, clear, done,
    page, page_with, set, to,
};
use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use std::sync::Arc;
use zeroize::Zeroizing;

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new().route("/sign-in", get(show).post(sign_in)).route("/sign-out", post(sign_out))
}

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInPage {
    frame: Frame,
    next: String,
    login: String,
    alert: Option<Alert>,
}

#[derive(Debug, Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

async fn show(Visitor { frame, .. }: Visitor, Query(Next { next }): Query<Next>) -> Response {
    let next = own_path(&next).to_owned();
    page(&SignInPage { frame, next, login: String::new(), alert: None })
}

#[derive(Deserialize)]
struct SignIn {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: Zeroizing<String>,
    #[serde(default)]
    next: String,
}

/// One answer for every failure, so that nobody learns which names there are.
async fn sign_in(
    State(server): State<Arc<Server>>,
    Visitor { frame, network }: Visitor,
    AnyForm(form): AnyForm<SignIn>,
) -> Reply {
    let next = own_path(&form.next).to_owned();
    let name = form.login.trim().to_ascii_lowercase();
    let wait = server.attempts.wait(&name, network).await.map_err(|error| frame.failed(error))?;
    if let Some(seconds) = wait {
        let alert = Some(Alert::Named("attempts"));
        let shown = SignInPage { frame, next, login: form.login, alert };
        let mut response = page_with(StatusCode::TOO_MANY_REQUESTS, &shown);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return Ok(response);
    }
    let found = server.accounts.sign_in(&form.login, &form.password).await;
    let Some((login, account)) = found.map_err(|error| frame.failed(error))? else {
        let counted = server.attempts.failed(&name, network).await;
        counted.map_err(|error| frame.failed(error))?;
        let alert = Some(Alert::Named("sign-in"));
        let shown = SignInPage { frame, next, login: form.login, alert };
        return Ok(page_with(StatusCode::FORBIDDEN, &shown));
    };
    let who = Who::Staff { login: login.to_string(), epoch: account.epoch };
    let begun = server.sessions.begin(who).await;
    let (token, seconds) = begun.map_err(|error| frame.failed(error))?;
    let mut response = to(&server, if next == "/" { "/supply" } else { &next });
    if let Some(cookie) = set(server.desk.address(), STAFF_COOKIE, token.expose(), seconds) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[derive(Deserialize)]
struct Nothing {}

async fn sign_out(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Form(Nothing {}): Form<Nothing>,
) -> Reply {
    let ended = server.sessions.end(&member.session).await;
    ended.map_err(|error| Failure::of(&error.into(), &member.frame).show(&member.frame))?;
    let mut response = done(&server, "/sign-in", "signed-out");
    if let Some(cookie) = clear(server.desk.address(), STAFF_COOKIE) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
