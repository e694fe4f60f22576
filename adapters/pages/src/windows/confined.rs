use super::headers::{allow_frame, browser, clear_done, done, set_done};
use super::link_page::LinkPage;
use super::notice::{self, NoticePage};
use super::rules;
use super::state::WindowState;
use super::visit::Visit;
use crate::web::{Done, Failure, Visitor, page, redirect};
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use desktop_delivery_identity::windows::{Visited, WindowId};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, Uri, header};
use std::net::SocketAddr;
use tower::ServiceExt as _;

/// Redirects to the first page of a window.
pub(super) async fn start(State(state): State<WindowState>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    match admit(&state, &mut parts).await {
        Ok((visit, _)) => redirect(&format!("{}{}", visit.base, visit.start())),
        Err(refused) => refused,
    }
}

/// Passes on a request to the ordinary pages if the rules of the window permit it.
pub(super) async fn enter(State(state): State<WindowState>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let (visit, path) = match admit(&state, &mut parts).await {
        Ok(admitted) => admitted,
        Err(refused) => return refused,
    };
    let mut response = if rules::permits(&visit.window.task, &parts.method, &path) {
        pass_on(&state, &parts, body, &visit, &path).await
    } else {
        out_of_bounds(&state, &mut parts, &visit).await
    };
    if parts.method == Method::POST
        && let Some(id) = &visit.id
        && let Err(error) = state.parts.windows.touch(id).await
    {
        tracing::warn!(%error, "could not record the use of a window");
    }
    allow_frame(&mut response, &visit.window.origin);
    response
}

/// Returns the visit to the window in the path, and the path below the window; or a page that
/// explains why the window is not open.
pub(super) async fn admit(
    state: &WindowState,
    parts: &mut Parts,
) -> Result<(Visit, String), Response> {
    let below = parts.uri.path().strip_prefix("/windows/").unwrap_or_default();
    let (id, path) = match below.find('/') {
        Some(at) => (&below[..at], below[at..].to_owned()),
        None => (below, String::new()),
    };
    let Some(id) = WindowId::parse(id) else {
        let refusal = desktop_delivery::Refusal::Unknown;
        return Err(notice::failed(state, parts, refusal).await);
    };
    let address = state.parts.pages.desk.address();
    let sent = browser(&parts.headers, address);
    match state.parts.windows.visit(&id, sent.as_deref()).await {
        Ok(Visited::Open { window, form_key }) => {
            let done = done(&parts.headers, address, &id);
            let base = format!("{}/windows/{id}", state.mount());
            let (id, event) = (Some(id), None);
            Ok((Visit { id, window, form_key, base, done, event }, path))
        }
        Ok(Visited::Refused(why, window)) => {
            Err(NoticePage::refused(state, parts, why, window).await)
        }
        Ok(_) => Err(notice::failed(state, parts, desktop_delivery::Refusal::Unknown).await),
        Err(error) => Err(notice::failed(state, parts, error).await),
    }
}

/// Shows that the window does not include a page, and links back to its first one.
async fn out_of_bounds(state: &WindowState, parts: &mut Parts, visit: &Visit) -> Response {
    parts.extensions.insert(visit.clone());
    // The link leads to the start of the window, not to a page that it does not have.
    parts.method = Method::GET;
    match Visitor::extract(parts, &state.parts.pages).await {
        Ok(Visitor { frame }) => Failure::new(StatusCode::NOT_FOUND, "window-bounds").show(&frame),
        Err(response) => response,
    }
}

async fn pass_on(
    state: &WindowState,
    parts: &Parts,
    body: Body,
    visit: &Visit,
    path: &str,
) -> Response {
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let Ok(uri) = Uri::try_from(format!("{path}{query}")) else {
        return out_of_bounds(state, &mut parts.clone(), visit).await;
    };
    let request = inner_request(parts, uri, body, visit);
    let Ok(mut response) = state.pages.clone().oneshot(request).await;
    match leads_to(state, visit, &response) {
        Lead::Nowhere => {}
        Lead::Inside(address) => {
            response.headers_mut().insert(header::LOCATION, address);
        }
        Lead::Link(address) => return link_page(state, parts, visit, path, address).await,
        Lead::Out => return out_of_bounds(state, &mut parts.clone(), visit).await,
    }
    keep_message(state, visit, path, &mut response);
    response
}

/// Returns the request that the ordinary pages handle: without the path parameters of the window's
/// own route.
fn inner_request(parts: &Parts, uri: Uri, body: Body, visit: &Visit) -> Request {
    let mut request = Request::new(body);
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = uri;
    *request.version_mut() = parts.version;
    request.headers_mut().clone_from(&parts.headers);
    if let Some(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>() {
        request.extensions_mut().insert(*peer);
    }
    request.extensions_mut().insert(visit.clone());
    request
}

/// Where a response redirects to.
enum Lead {
    /// It does not redirect.
    Nowhere,
    /// To a page of the window, or to a ticket, which is downloaded.
    Inside(HeaderValue),
    /// To the page of a link.
    Link(String),
    /// To a page that the window does not include.
    Out,
}

fn leads_to(state: &WindowState, visit: &Visit, response: &Response) -> Lead {
    let Some(address) = response.headers().get(header::LOCATION) else { return Lead::Nowhere };
    let text = address.to_str().unwrap_or_default();
    let Some(below) = text.strip_prefix(state.mount()) else { return Lead::Out };
    if below.starts_with("/t/") {
        return Lead::Inside(address.clone());
    }
    if below.starts_with("/d/") {
        return Lead::Link(text.to_owned());
    }
    let path = below.split(['?', '#']).next().unwrap_or_default();
    if !rules::permits(&visit.window.task, &Method::GET, path) {
        return Lead::Out;
    }
    HeaderValue::from_str(&format!("{}{below}", visit.base)).map_or(Lead::Out, Lead::Inside)
}

/// Shows the address of a patron's link, for a new tab.
async fn link_page(
    state: &WindowState,
    parts: &Parts,
    visit: &Visit,
    path: &str,
    address: String,
) -> Response {
    let uri = path.parse().unwrap_or_default();
    let (mut parts, _) = inner_request(parts, uri, Body::empty(), visit).into_parts();
    match Visitor::extract(&mut parts, &state.parts.pages).await {
        Ok(Visitor { frame }) => page(&LinkPage { frame, address }),
        Err(response) => response,
    }
}

/// Stores the success message of a form in a cookie that works in frames, and deletes it once
/// shown.
fn keep_message(state: &WindowState, visit: &Visit, path: &str, response: &mut Response) {
    let address = state.parts.pages.desk.address();
    if let Some(Done { word, page }) = response.extensions_mut().remove::<Done>() {
        response.headers_mut().remove(header::SET_COOKIE);
        if let Some(id) = &visit.id {
            set_done(response, address, id, &word, &page);
        }
    } else if visit.message_key_at(path).is_some() && response.status().is_success() {
        clear_done(response, address);
    }
}
