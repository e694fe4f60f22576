use crate::asked::Asked;
use crate::parts::Shared;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::Desk;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, header};

/// Accepts requests whose address is undamaged, or cannot be repaired.
///
/// An address that was damaged by mail programs or the clipboard, and in which a genuine token is
/// found, is redirected to the right one. Only for safe methods: a form or a program that posts has
/// its address from us.
pub(crate) struct WholeLink;

/// [`WholeLink`], for tickets.
pub(crate) struct WholeTicket;

impl FromRequestParts<Shared> for WholeLink {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Response> {
        let find =
            |desk: &Desk, text: &str| desk.repair_link(text).map(|token| token.expose().to_owned());
        redirect_damaged(parts, shared, "/d/", find).map_or(Ok(Self), Err)
    }
}

impl FromRequestParts<Shared> for WholeTicket {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Response> {
        let find = |desk: &Desk, text: &str| {
            desk.repair_ticket(text).map(|ticket| ticket.expose().to_owned())
        };
        redirect_damaged(parts, shared, "/t/", find).map_or(Ok(Self), Err)
    }
}

/// The redirect to the token that `find` finds behind `root` in the path.
fn redirect_damaged(
    parts: &Parts,
    shared: &Shared,
    root: &str,
    find: impl Fn(&Desk, &str) -> Option<String>,
) -> Option<Response> {
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        return None;
    }
    // The path below the root, which the router has taken off.
    let path = parts.uri.path();
    let rest = path.strip_prefix('/').unwrap_or(path);
    // The bytes behind an escape need not be UTF-8: some programs write it in Windows-1252.
    let text = percent_encoding::percent_decode_str(rest).decode_utf8_lossy();
    let token = find(&shared.desk, &text)?;
    let asked = Asked::of(parts.uri.query().unwrap_or_default());
    Some(see_other(&format!("{}{root}{token}{}", shared.prefix, asked.query())))
}

/// Leads to a path of ours. What every answer carries keeps the address out of caches and Referers.
pub(crate) fn see_other(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    response
}
