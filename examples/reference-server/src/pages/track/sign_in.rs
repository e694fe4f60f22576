use crate::accounts::Who;
use crate::assemble::Server;
use crate::web::{
    Alert, AnyForm, Form, Frame, PATRON_COOKIE, PatronVisitor, Reply, Visitor, clear, done, page,
    page_with, set, to,
};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use desktop_delivery::{AgencyId, Directory as _, StoreError};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use std::sync::Arc;
use zeroize::Zeroizing;

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

#[derive(Debug, Deserialize)]
pub(super) struct Preselected {
    #[serde(default)]
    library: String,
}

pub(super) async fn show(
    State(server): State<Arc<Server>>,
    patron: Result<PatronVisitor, Response>,
    Visitor { frame, .. }: Visitor,
    Query(Preselected { library }): Query<Preselected>,
) -> Reply {
    if patron.is_ok() {
        return Ok(to(&server, "/track/requests"));
    }
    Ok(page(&TrackPage::new(&server, frame, library).await?))
}

#[derive(Deserialize)]
pub(super) struct SignIn {
    #[serde(default)]
    library: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    password: Zeroizing<String>,
}

/// One answer for every failure and after the same time, so that nobody learns who is a patron.
pub(super) async fn sign_in(
    State(server): State<Arc<Server>>,
    Visitor { frame, network }: Visitor,
    AnyForm(form): AnyForm<SignIn>,
) -> Reply {
    let name = format!("patron\0{}\0{}", form.library, form.number.trim().to_lowercase());
    let wait = server.attempts.wait(&name, network).await.map_err(|error| frame.failed(error))?;
    if let Some(seconds) = wait {
        let mut shown = TrackPage::new(&server, frame, form.library).await?;
        (shown.number, shown.alert) = (form.number, Some(Alert::Named("track-attempts")));
        let mut response = page_with(StatusCode::TOO_MANY_REQUESTS, &shown);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return Ok(response);
    }
    let who = proven(&server, &form).await.map_err(|error| frame.failed(error))?;
    let Some(who) = who else {
        let counted = server.attempts.failed(&name, network).await;
        counted.map_err(|error| frame.failed(error))?;
        let mut shown = TrackPage::new(&server, frame, form.library).await?;
        (shown.number, shown.alert) = (form.number, Some(Alert::Named("track")));
        return Ok(page_with(StatusCode::FORBIDDEN, &shown));
    };
    let begun = server.sessions.begin(who).await;
    let (token, seconds) = begun.map_err(|error| frame.failed(error))?;
    let mut response = to(&server, "/track/requests");
    if let Some(cookie) = set(server.desk.address(), PATRON_COOKIE, token.expose(), seconds) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The patron whom the form proves; a password is hashed also where there is none.
async fn proven(server: &Server, form: &SignIn) -> Result<Option<Who>, StoreError> {
    let found = match AgencyId::new(&*form.library) {
        Ok(agency) => {
            let meant = server.directory.patrons().meant(&agency, &form.number).await?;
            meant.map(|(patron, stored)| (agency, patron, stored))
        }
        Err(_) => None,
    };
    let hash = found.as_ref().and_then(|(.., stored)| stored.tracking_hash());
    let is_right = server.passwords.verify(&form.password, hash).await?;
    Ok(found.filter(|_| is_right).map(|(agency, patron, stored)| Who::Patron {
        agency,
        patron,
        stamp: stored.tracking_stamp(),
    }))
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn sign_out(
    State(server): State<Arc<Server>>,
    patron: PatronVisitor,
    Form(Nothing {}): Form<Nothing>,
) -> Reply {
    let ended = server.sessions.end(&patron.session).await;
    ended.map_err(|error| patron.frame.failed(error))?;
    let mut response = done(&server, "/track", "signed-out");
    if let Some(cookie) = clear(server.desk.address(), PATRON_COOKIE) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
