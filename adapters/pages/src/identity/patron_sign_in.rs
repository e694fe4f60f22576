use super::newcomer::Newcomer;
use super::session_kind::SessionKind;
use super::single_sign_on::{ProviderButton, signed_out};
use super::tracking_patron::TrackingPatron;
use crate::AccountParts;
use crate::home::local_path;
use crate::web::{
    Alert, AnyForm, Field, Frame, PageQuery, PatronButton, PatronVisitor, Reply, View, Visitor,
    later, page, page_with, to,
};
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::{Directory as _, StoreError};
use desktop_delivery_identity::accounts::{Admission, Later, SignInName};
use http::StatusCode;
use serde::Serialize;
use zeroize::Zeroizing;

const LIBRARY: Field = Field::new("library", "track-library");
const NEXT: Field = Field::hidden("next");
const NUMBER: Field = Field::new("number", "track-number");
const PASSWORD: Field = Field::new("password", "track-password");

/// The sign-in page of patrons.
#[derive(Serialize)]
pub(super) struct TrackPage {
    frame: Frame,
    /// The libraries to choose from: id and name.
    libraries: Vec<(String, String)>,
    library: String,
    patron_no: String,
    /// The page to return to.
    next: String,
    providers: Vec<ProviderButton>,
    alert: Option<Alert>,
}

impl View for TrackPage {
    const TEMPLATE: &'static str = "track/sign-in.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        let libraries = vec![(text(), text()), (text(), text())];
        let (providers, alert) = (vec![ProviderButton::sample()], Some(Alert::sample()));
        let (library, patron_no, next) = (text(), text(), text());
        Self { libraries, library, patron_no, next, providers, alert, frame }
    }
}

impl TrackPage {
    async fn new(
        parts: &AccountParts,
        frame: Frame,
        library: String,
        next: &str,
    ) -> Result<Self, Response> {
        let providers = ProviderButton::all(parts, &frame, SessionKind::Patron, next);
        let libraries = libraries(parts).await.map_err(|error| frame.failed(error))?;
        let (patron_no, next) = (String::new(), next.to_owned());
        Ok(Self { frame, libraries, library, patron_no, next, providers, alert: None })
    }
}

/// Returns the libraries whose patrons can sign in, sorted by name.
async fn libraries(parts: &AccountParts) -> Result<Vec<(String, String)>, StoreError> {
    let mut found = Vec::new();
    for id in parts.identity.directory.patrons().tracking_libraries().await? {
        if let Some(library) = parts.identity.directory.participant(&id).await? {
            found.push((id.as_str().to_owned(), library.name));
        }
    }
    found.sort_by_key(|(_, name)| name.to_lowercase());
    Ok(found)
}

pub(super) async fn show(
    State(parts): State<AccountParts>,
    patron: Result<PatronVisitor, Response>,
    Visitor { frame }: Visitor,
    query: PageQuery,
) -> Reply {
    let sent = query.read(|query| Ok((query.optional(LIBRARY)?, query.optional(NEXT)?)));
    let (library, next) = sent.map_err(|fault| fault.failure(&frame.t).show(&frame))?;
    let next = local_path(next.unwrap_or_default());
    if patron.is_ok() {
        return Ok(to(&parts.pages, SessionKind::Patron.page_after_sign_in(next)));
    }
    let library = library.unwrap_or_default().to_owned();
    Ok(page(&TrackPage::new(&parts, frame, library, next).await?))
}

/// Signs a patron in. All failures look the same and take the same time, so that they do not reveal
/// who is a patron.
pub(super) async fn sign_in(
    State(parts): State<AccountParts>,
    visitor: Newcomer,
    AnyForm(sent): AnyForm,
) -> Reply {
    let typed = |name| sent.text(name).unwrap_or_default().to_owned();
    let (library, number, next) = (typed("library"), typed("number"), typed("next"));
    let next = local_path(&next);
    let read = sent.read(|form| {
        form.optional(NEXT)?;
        let password = Zeroizing::new(form.text(PASSWORD)?.to_owned());
        Ok((form.text(LIBRARY)?, form.text(NUMBER)?, password))
    });
    let password = match read {
        Ok((_, _, password)) => password,
        Err(fault) => {
            let alert = Some(fault.alert(&visitor.frame.t));
            let shown = TrackPage::new(&parts, visitor.frame, library, next).await?;
            let shown = TrackPage { patron_no: number, alert, ..shown };
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown));
        }
    };
    let name = SignInName::patron(&library, &number);
    let origin = visitor.origin(&parts, SessionKind::Patron, &name).await;
    let origin = origin.map_err(|error| visitor.frame.failed(error))?;
    let (frame, patrons) = (visitor.frame, parts.identity.directory.patrons());
    let admission =
        patrons.sign_in(&parts.identity.gate, &library, &number, password, origin.clone()).await;
    let (alert, wait) = match admission.map_err(|error| frame.failed(error))? {
        Admission::Granted { who, .. } => {
            let response = to(&parts.pages, SessionKind::Patron.page_after_sign_in(next));
            let response = parts.sign_in.begin_session(response, who, &name, &origin).await;
            return response.map_err(|error| frame.failed(error));
        }
        Admission::Denied => ("track", None),
        Admission::Later(why @ Later::Busy(_)) => ("sign-in-busy", Some(why.seconds())),
        Admission::Later(why @ Later::TooMany(_)) => ("track-attempts", Some(why.seconds())),
    };
    let mut shown = TrackPage::new(&parts, frame, library, next).await?;
    (shown.patron_no, shown.alert) = (number, Some(Alert::Named(alert)));
    Ok(match wait {
        Some(seconds) => later(seconds, &shown),
        None => page_with(StatusCode::FORBIDDEN, &shown),
    })
}

pub(super) async fn sign_out(
    State(parts): State<AccountParts>,
    patron: TrackingPatron,
    _: PatronButton,
) -> Reply {
    let ended = parts.identity.sessions.end(&patron.token).await;
    ended.map_err(|error| patron.frame.failed(error))?;
    Ok(signed_out(&parts, SessionKind::Patron, patron.provider.as_deref()))
}
