use super::newcomer::Newcomer;
use super::session_kind::SessionKind;
use super::tracking_patron::TrackingPatron;
use crate::AccountParts;
use crate::web::{
    Alert, AnyForm, Field, Frame, PageQuery, PatronButton, PatronVisitor, Reply, View, Visitor,
    done, later, page, page_with, to,
};
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::{Directory as _, StoreError};
use desktop_delivery_identity::accounts::{Admission, Later, SignInName};
use http::StatusCode;
use serde::Serialize;
use zeroize::Zeroizing;

const LIBRARY: Field = Field::new("library", "track-library");
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
        Self { libraries, library: text(), patron_no: text(), alert: Some(Alert::sample()), frame }
    }
}

impl TrackPage {
    async fn new(parts: &AccountParts, frame: Frame, library: String) -> Result<Self, Response> {
        let libraries = libraries(parts).await.map_err(|error| frame.failed(error))?;
        Ok(Self { frame, libraries, library, patron_no: String::new(), alert: None })
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
    if patron.is_ok() {
        return Ok(to(&parts.pages, "/track/requests"));
    }
    let library = query.read(|query| query.optional(LIBRARY));
    let library = library.map_err(|fault| fault.failure(&frame.t).show(&frame))?;
    Ok(page(&TrackPage::new(&parts, frame, library.unwrap_or_default().to_owned()).await?))
}

/// Signs a patron in. All failures look the same and take the same time, so that they do not reveal
/// who is a patron.
pub(super) async fn sign_in(
    State(parts): State<AccountParts>,
    visitor: Newcomer,
    AnyForm(sent): AnyForm,
) -> Reply {
    let typed = |name| sent.text(name).unwrap_or_default().to_owned();
    let (library, number) = (typed("library"), typed("number"));
    let read = sent.read(|form| {
        let password = Zeroizing::new(form.text(PASSWORD)?.to_owned());
        Ok((form.text(LIBRARY)?, form.text(NUMBER)?, password))
    });
    let password = match read {
        Ok((_, _, password)) => password,
        Err(fault) => {
            let alert = Some(fault.alert(&visitor.frame.t));
            let shown = TrackPage::new(&parts, visitor.frame, library).await?;
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
            let response = to(&parts.pages, "/track/requests");
            let response = parts.sign_in.begin_session(response, who, &name, &origin).await;
            return response.map_err(|error| frame.failed(error));
        }
        Admission::Denied => ("track", None),
        Admission::Later(why @ Later::Busy(_)) => ("sign-in-busy", Some(why.seconds())),
        Admission::Later(why @ Later::TooMany(_)) => ("track-attempts", Some(why.seconds())),
    };
    let mut shown = TrackPage::new(&parts, frame, library).await?;
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
    let mut response = done(&parts.pages, "/track", "signed-out");
    parts.sign_in.clear_cookie(SessionKind::Patron, &mut response);
    Ok(response)
}
