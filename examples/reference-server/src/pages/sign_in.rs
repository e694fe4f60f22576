use super::home::own_path;
use crate::accounts::{Admission, Later, SignInName, Who};
use crate::assemble::Server;
use crate::web::{
    Alert, AnyForm, Button, Failure, Field, Frame, PageQuery, Reply, STAFF_COOKIE, SessionKind,
    StaffMember, Visitor, begin_session, clear, done, later, page, page_with, to,
};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use http::{StatusCode, header};
use std::sync::Arc;
use zeroize::Zeroizing;

const LOGIN: Field = Field::new("login", "login");
const NEXT: Field = Field::hidden("next");
const PASSWORD: Field = Field::new("password", "password");

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

async fn show(Visitor { frame, .. }: Visitor, query: PageQuery) -> Reply {
    let next = query.read(|query| query.optional(NEXT));
    let next = next.map_err(|fault| fault.failure(frame.t).show(&frame))?;
    let next = own_path(next.unwrap_or_default()).to_owned();
    Ok(page(&SignInPage { frame, next, login: String::new(), alert: None }))
}

/// One answer for every failure, so that nobody learns which names there are.
async fn sign_in(
    State(server): State<Arc<Server>>,
    visitor: Visitor,
    AnyForm(sent): AnyForm,
) -> Reply {
    let next = own_path(sent.text("next").unwrap_or_default()).to_owned();
    let read = sent.read(|form| {
        form.optional(NEXT)?;
        Ok((form.text(LOGIN)?, Zeroizing::new(form.text(PASSWORD)?.to_owned())))
    });
    let (login, password) = match read {
        Ok(entered) => entered,
        Err(fault) => {
            let alert = Some(fault.alert(visitor.frame.t));
            let login = sent.text("login").unwrap_or_default().to_owned();
            let shown = SignInPage { frame: visitor.frame, next, login, alert };
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown));
        }
    };
    let typed = login.to_owned();
    let name = SignInName::staff(login);
    let origin = visitor.origin(&server, SessionKind::Staff, &name).await;
    let origin = origin.map_err(|error| visitor.frame.failed(error))?;
    let frame = visitor.frame;
    let tried = server.accounts.sign_in(&server.gate, login, password, origin.clone());
    let (login, account) = match tried.await.map_err(|error| frame.failed(error))? {
        Admission::Granted { who, .. } => who,
        Admission::Denied => {
            let alert = Some(Alert::Named("sign-in"));
            let shown = SignInPage { frame, next, login: typed, alert };
            return Ok(page_with(StatusCode::FORBIDDEN, &shown));
        }
        Admission::Later(why) => {
            let alert = Some(Alert::Named(match why {
                Later::Busy(_) => "sign-in-busy",
                Later::TooMany(_) => "attempts",
            }));
            let shown = SignInPage { frame, next, login: typed, alert };
            return Ok(later(why.seconds(), &shown));
        }
    };
    let who = Who::Staff { login: login.to_string(), epoch: account.epoch };
    let response = to(&server, if next == "/" { "/supply" } else { &next });
    let begun = begin_session(&server, response, who, &name, &origin).await;
    begun.map_err(|error| frame.failed(error))
}

async fn sign_out(State(server): State<Arc<Server>>, member: StaffMember, _: Button) -> Reply {
    let ended = server.sessions.end(&member.session).await;
    ended.map_err(|error| Failure::of(&error.into(), &member.frame).show(&member.frame))?;
    let mut response = done(&server, "/sign-in", "signed-out");
    if let Some(cookie) = clear(server.desk.address(), STAFF_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
