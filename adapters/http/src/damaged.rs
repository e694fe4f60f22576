use crate::page_query::PageQuery;
use crate::parts::Shared;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::Desk;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, header};

/// An extractor that redirects a damaged address to the genuine link in it.
///
/// Mail programs and clipboards damage addresses. An address without a genuine token is left to the
/// handler, which returns 404. Only GET and HEAD requests are redirected: forms and programs that
/// post have their addresses from this server.
pub(crate) struct IntactLink;

/// [`IntactLink`] for tickets.
pub(crate) struct IntactTicket;

impl FromRequestParts<Shared> for IntactLink {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Response> {
        let find =
            |desk: &Desk, text: &str| desk.repair_link(text).map(|token| token.expose().to_owned());
        redirect_damaged(parts, shared, "/d/", find).map_or(Ok(Self), Err)
    }
}

impl FromRequestParts<Shared> for IntactTicket {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Response> {
        let find = |desk: &Desk, text: &str| {
            desk.repair_ticket(text).map(|ticket| ticket.expose().to_owned())
        };
        redirect_damaged(parts, shared, "/t/", find).map_or(Ok(Self), Err)
    }
}

/// Returns a redirect to the token that `find` extracts from the path, unless the path is intact.
fn redirect_damaged(
    parts: &Parts,
    shared: &Shared,
    root: &str,
    find: impl Fn(&Desk, &str) -> Option<String>,
) -> Option<Response> {
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        return None;
    }
    // The router has removed `root` from the path.
    let path = parts.uri.path();
    let rest = path.strip_prefix('/').unwrap_or(path);
    // Percent escapes may be in another encoding: some programs use Windows-1252.
    let text = percent_encoding::percent_decode_str(rest).decode_utf8_lossy();
    let token = find(&shared.desk, &text)?;
    let query = PageQuery::parse(parts.uri.query().unwrap_or_default());
    Some(see_other(&format!("{}{root}{token}{}", shared.prefix, query.suffix())))
}

/// Returns a 303 redirect to a path of this server. The headers that [`guard`](crate::guard) adds
/// keep the address out of caches and `Referer`.
pub(crate) fn see_other(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    response
}
