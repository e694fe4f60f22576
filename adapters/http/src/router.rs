use crate::api_problems::api_problems;
use crate::linger::linger;
use crate::parts::{HttpParts, Shared};
use crate::problem::ProblemDetails;
use crate::routes::{Route, Routes};
use crate::{api, link_page, ticket};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};

/// The largest form or JSON body, in bytes. Uploads are limited by the policy instead.
const MAX_FORM_BYTES: usize = 65_536;

/// Returns the routes of this crate, ready to be mounted by a host.
///
/// Paths start with `/d`, `/t` and `/api`. A host that mounts the router under a prefix must
/// include the prefix in the desk's [`PublicAddress`](desktop_delivery::PublicAddress), which
/// redirects and forms are built from.
pub fn router(parts: HttpParts) -> Router {
    all_routes()
        .into_router()
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .layer(from_fn(linger))
        .layer(from_fn(api_problems))
        .layer(from_fn(guard))
        .with_state(Shared::of(parts))
}

/// Returns the method and path of every route of [`router`], for example to check who may call it.
#[must_use]
pub fn routes() -> Vec<Route> {
    all_routes().into_list()
}

fn all_routes() -> Routes<Shared> {
    // Any other path below `/d` and `/t` may be a damaged address.
    let links = Routes::new()
        .get("/{token}", link_page::show)
        .form("/{token}/{attachment}/claim", link_page::claim, link_page::unmatched)
        .form("/{token}/{attachment}/ask", link_page::ask, link_page::unmatched)
        .fallback(link_page::unmatched);
    let tickets = Routes::new().get("/{ticket}", ticket::fetch).fallback(ticket::unmatched);
    Routes::new().nest("/d", links).nest("/t", tickets).merge(api::routes())
}

/// Rejects a method that the path does not support, as when someone opens the address of a form.
async fn wrong_method(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    ProblemDetails::method_not_allowed(&method).answer_at(uri.path(), &headers, &shared.pages)
}

/// Adds security headers to every response, as axum middleware.
///
/// The headers forbid caching, `Referer`, content sniffing, scripts, framing, indexing by search
/// engines and cross-origin use. A header that a handler has set is kept.
///
/// [`router`] already includes this layer. A host adds it to its own routes that show secrets.
pub async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let defaults: [(HeaderName, &str); 6] = [
        // The token in the address grants access, so the address must not leak.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in defaults {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
