use crate::accounts::{Admission, Later, SignInName};
use crate::assemble::Server;
use crate::web::{
    Alert, AnyForm, Field, Frame, PATRON_COOKIE, PageQuery, PatronButton, PatronVisitor, Reply,
    SessionKind, Visitor, begin_session, clear, done, later, page, page_with, to,
};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::{Directory as _, StoreError};
use http::{StatusCode, header};
use std::sync::Arc;
use zeroize::Zeroizing;

const LIBRARY: Field = Field::new("library", "track-library");
const NUMBER: Field = Field::new("number", "track-number");
const PASSWORD: Field = Field::new("password", "track-password");

/// The sign-in of patrons.
#[derive(Template)]
#[template(path = "track/sign-in.html")]
struct TrackPage {
    frame: Frame,
    /// The libraries to choose from: id and name.
    libraries: Vec<(String, String)>,
    library: String,
    number: String,
    alert: Option<Alert>,
}

impl TrackPage {
    async fn new(server: &Server, frame: Frame, library: String) -> Result<Self, Response> {
        let libraries = libraries(server).await.map_err(|error| frame.failed(error))?;
        Ok(Self { frame, libraries, library, number: String::new(), alert: None })
    }
}

/// The libraries whose patrons can sign in, by name.
async fn libraries(server: &Server) -> Result<Vec<(String, String)>, StoreError> {
    let mut found = Vec::new();
    for id in server.directory.patrons().tracking_libraries().await? {
        if let Some(library) = server.directory.participant(&id).await? {
            found.push((id.as_str().to_owned(), library.name));
        }
    }
    found.sort_by_key(|(_, name)| name.to_lowercase());
    Ok(found)
}

pub(super) async fn show(
    State(server): State<Arc<Server>>,
    patron: Result<PatronVisitor, Response>,
    Visitor { frame, .. }: Visitor,
    query: PageQuery,
) -> Reply {
    if patron.is_ok() {
        return Ok(to(&server, "/track/requests"));
    }
    let library = query.read(|query| query.optional(LIBRARY));
    let library = library.map_err(|fault| fault.failure(frame.t).show(&frame))?;
    Ok(page(&TrackPage::new(&server, frame, library.unwrap_or_default().to_owned()).await?))
}

/// One answer for every failure and after the same time, so that nobody learns who is a patron.
pub(super) async fn sign_in(
    State(server): State<Arc<Server>>,
    visitor: Visitor,
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
            let alert = Some(fault.alert(visitor.frame.t));
            let shown = TrackPage::new(&server, visitor.frame, library).await?;
            let shown = TrackPage { number, alert, ..shown };
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown));
        }
    };
    let name = SignInName::patron(&library, &number);
    let origin = visitor.origin(&server, SessionKind::Patron, &name).await;
    let origin = origin.map_err(|error| visitor.frame.failed(error))?;
    let (frame, patrons) = (visitor.frame, server.directory.patrons());
    let tried = patrons.sign_in(&server.gate, &library, &number, password, origin.clone()).await;
    let (alert, wait) = match tried.map_err(|error| frame.failed(error))? {
        Admission::Granted { who, .. } => {
            let response = to(&server, "/track/requests");
            let begun = begin_session(&server, response, who, &name, &origin).await;
            return begun.map_err(|error| frame.failed(error));
        }
        Admission::Denied => ("track", None),
        Admission::Later(why @ Later::Busy(_)) => ("sign-in-busy", Some(why.seconds())),
        Admission::Later(why @ Later::TooMany(_)) => ("track-attempts", Some(why.seconds())),
    };
    let mut shown = TrackPage::new(&server, frame, library).await?;
    (shown.number, shown.alert) = (number, Some(Alert::Named(alert)));
    Ok(match wait {
        Some(seconds) => later(seconds, &shown),
        None => page_with(StatusCode::FORBIDDEN, &shown),
    })
}

pub(super) async fn sign_out(
    State(server): State<Arc<Server>>,
    patron: PatronVisitor,
    _: PatronButton,
) -> Reply {
    let ended = server.sessions.end(&patron.session).await;
    ended.map_err(|error| patron.frame.failed(error))?;
    let mut response = done(&server, "/track", "signed-out");
    if let Some(cookie) = clear(server.desk.address(), PATRON_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
