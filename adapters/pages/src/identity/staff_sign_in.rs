use super::account_holder::AccountHolder;
use super::newcomer::Newcomer;
use super::session_kind::SessionKind;
use crate::AccountParts;
use crate::home::local_path;
use crate::web::{
    Alert, AnyForm, Button, Field, Frame, PageQuery, Reply, View, Visitor, done, later, page,
    page_with, to,
};
use axum::extract::State;
use desktop_delivery_identity::accounts::{Admission, Later, SignInName, Who};
use http::StatusCode;
use serde::Serialize;
use zeroize::Zeroizing;

const LOGIN: Field = Field::new("login", "login");
const NEXT: Field = Field::hidden("next");
const PASSWORD: Field = Field::new("password", "password");

#[derive(Serialize)]
pub(super) struct SignInPage {
    frame: Frame,
    next: String,
    login: String,
    alert: Option<Alert>,
}

impl View for SignInPage {
    const TEMPLATE: &'static str = "sign-in.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        Self { next: text(), login: text(), alert: Some(Alert::sample()), frame }
    }
}

pub(super) async fn show(Visitor { frame }: Visitor, query: PageQuery) -> Reply {
    let next = query.read(|query| query.optional(NEXT));
    let next = next.map_err(|fault| fault.failure(&frame.t).show(&frame))?;
    let next = local_path(next.unwrap_or_default()).to_owned();
    Ok(page(&SignInPage { frame, next, login: String::new(), alert: None }))
}

/// Signs a staff member in. All failures look the same, so that they do not reveal which names
/// exist.
pub(super) async fn sign_in(
    State(parts): State<AccountParts>,
    visitor: Newcomer,
    AnyForm(sent): AnyForm,
) -> Reply {
    let next = local_path(sent.text("next").unwrap_or_default()).to_owned();
    let read = sent.read(|form| {
        form.optional(NEXT)?;
        Ok((form.text(LOGIN)?, Zeroizing::new(form.text(PASSWORD)?.to_owned())))
    });
    let (login, password) = match read {
        Ok(entered) => entered,
        Err(fault) => {
            let alert = Some(fault.alert(&visitor.frame.t));
            let login = sent.text("login").unwrap_or_default().to_owned();
            let shown = SignInPage { frame: visitor.frame, next, login, alert };
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown));
        }
    };
    let typed = login.to_owned();
    let name = SignInName::staff(login);
    let origin = visitor.origin(&parts, SessionKind::Staff, &name).await;
    let origin = origin.map_err(|error| visitor.frame.failed(error))?;
    let frame = visitor.frame;
    let admission =
        parts.identity.accounts.sign_in(&parts.identity.gate, login, password, origin.clone());
    let (login, account) = match admission.await.map_err(|error| frame.failed(error))? {
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
    let response = to(&parts.pages, if next == "/" { "/supply" } else { &next });
    let response = parts.sign_in.begin_session(response, who, &name, &origin).await;
    response.map_err(|error| frame.failed(error))
}

pub(super) async fn sign_out(
    State(parts): State<AccountParts>,
    member: AccountHolder,
    _: Button,
) -> Reply {
    let ended = parts.identity.sessions.end(&member.token).await;
    ended.map_err(|error| member.frame.failed(error))?;
    let mut response = done(&parts.pages, "/sign-in", "signed-out");
    parts.sign_in.clear_cookie(SessionKind::Staff, &mut response);
    Ok(response)
}
