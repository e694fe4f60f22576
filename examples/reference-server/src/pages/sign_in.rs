use super::home::own_path;
use crate::accounts::{Admission, Later, SignInName, Who};
use crate::assemble::Server;
use crate::web::{
    Alert, AnyForm, Failure, Form, Frame, Reply, STAFF_COOKIE, SessionKind, StaffMember, Visitor,
    begin_session, clear, done, later, page, page_with, to,
};
use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::{StatusCode, header};
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
    visitor: Visitor,
    AnyForm(form): AnyForm<SignIn>,
) -> Reply {
    let next = own_path(&form.next).to_owned();
    let name = SignInName::staff(&form.login);
    let origin = visitor.origin(&server, SessionKind::Staff, &name).await;
    let origin = origin.map_err(|error| visitor.frame.failed(error))?;
    let frame = visitor.frame;
    let tried = server.accounts.sign_in(&server.gate, &form.login, form.password, origin.clone());
    let (login, account) = match tried.await.map_err(|error| frame.failed(error))? {
        Admission::Granted { who, .. } => who,
        Admission::Denied => {
            let alert = Some(Alert::Named("sign-in"));
            let shown = SignInPage { frame, next, login: form.login, alert };
            return Ok(page_with(StatusCode::FORBIDDEN, &shown));
        }
        Admission::Later(why) => {
            let alert = Some(Alert::Named(match why {
                Later::Busy(_) => "sign-in-busy",
                Later::TooMany(_) => "attempts",
            }));
            let shown = SignInPage { frame, next, login: form.login, alert };
            return Ok(later(why.seconds(), &shown));
        }
    };
    let who = Who::Staff { login: login.to_string(), epoch: account.epoch };
    let response = to(&server, if next == "/" { "/supply" } else { &next });
    let begun = begin_session(&server, response, who, &name, &origin).await;
    begun.map_err(|error| frame.failed(error))
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
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
