use super::account_holder::AccountHolder;
use super::newcomer::Newcomer;
use super::session_kind::SessionKind;
use super::single_sign_on::{ProviderButton, signed_out};
use crate::AccountParts;
use crate::home::local_path;
use crate::web::{
    Alert, AnyForm, Button, Failure, Field, Frame, PageQuery, Reply, View, Visitor, later, page,
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
    providers: Vec<ProviderButton>,
    has_passwords: bool,
    alert: Option<Alert>,
}

impl SignInPage {
    fn new(parts: &AccountParts, frame: Frame, next: String) -> Self {
        let providers = ProviderButton::all(parts, &frame, SessionKind::Staff, &next);
        let has_passwords = parts.has_staff_passwords;
        Self { frame, next, login: String::new(), providers, has_passwords, alert: None }
    }
}

impl View for SignInPage {
    const TEMPLATE: &'static str = "sign-in.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        let (providers, has_passwords) = (vec![ProviderButton::sample()], true);
        let alert = Some(Alert::sample());
        Self { next: text(), login: text(), providers, has_passwords, alert, frame }
    }
}

pub(super) async fn show(
    State(parts): State<AccountParts>,
    Visitor { frame }: Visitor,
    query: PageQuery,
) -> Reply {
    let next = query.read(|query| query.optional(NEXT));
    let next = next.map_err(|fault| fault.failure(&frame.t).show(&frame))?;
    let next = local_path(next.unwrap_or_default()).to_owned();
    Ok(page(&SignInPage::new(&parts, frame, next)))
}

/// Signs a staff member in. All failures look the same, so that they do not reveal which names
/// exist.
pub(super) async fn sign_in(
    State(parts): State<AccountParts>,
    visitor: Newcomer,
    AnyForm(sent): AnyForm,
) -> Reply {
    if !parts.has_staff_passwords {
        return Err(Failure::new(StatusCode::FORBIDDEN, "no-passwords").show(&visitor.frame));
    }
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
            let shown = SignInPage::new(&parts, visitor.frame, next);
            let shown = SignInPage { login, alert, ..shown };
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
            let shown = SignInPage::new(&parts, frame, next);
            let shown = SignInPage { login: typed, alert, ..shown };
            return Ok(page_with(StatusCode::FORBIDDEN, &shown));
        }
        Admission::Later(why) => {
            let alert = Some(Alert::Named(match why {
                Later::Busy(_) => "sign-in-busy",
                Later::TooMany(_) => "attempts",
            }));
            let shown = SignInPage::new(&parts, frame, next);
            let shown = SignInPage { login: typed, alert, ..shown };
            return Ok(later(why.seconds(), &shown));
        }
    };
    let who = Who::Staff { login: login.to_string(), epoch: account.epoch, provider: None };
    let response = to(&parts.pages, SessionKind::Staff.page_after_sign_in(&next));
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
    Ok(signed_out(&parts, SessionKind::Staff, member.provider.as_deref()))
}
