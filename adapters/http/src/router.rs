use crate::api_problems::api_problems;
use crate::idempotency::{IdempotencyKeys, api_path, honor_idempotency_keys};
use crate::linger::linger;
use crate::parts::{HttpParts, Shared};
use crate::problem::ProblemDetails;
use crate::routes::{Route, Routes};
use crate::{api, link_page, ticket};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use std::sync::Arc;

/// The largest form or JSON body, in bytes. Uploads are limited by the policy instead.
const MAX_FORM_BYTES: usize = 65_536;

/// The largest body of a batch, in bytes: 500 updates of 4 KiB.
const MAX_BATCH_BYTES: usize = 2_097_152;

/// Returns the routes of this crate, ready to be mounted by a host: those of [`link_router`],
/// [`ticket_router`] and [`api_router`].
///
/// Paths start with `/d`, `/t` and `/api`. A host that mounts the router under a prefix must
/// include the prefix in the desk's [`PublicAddress`](desktop_delivery::PublicAddress), which
/// redirects and forms are built from.
pub fn router(parts: HttpParts) -> Router {
    let api = apart(operations(&parts));
    let shared = Shared::of(parts);
    apart(held(links(), "/d")).merge(apart(held(tickets(), "/t"))).merge(api).with_state(shared)
}

/// Returns only the pages of links, whose paths start with `/d`. A claim made there redirects to
/// `/t` below the same public address, where [`ticket_router`] has to answer.
pub fn link_router(parts: HttpParts) -> Router {
    apart(held(links(), "/d")).with_state(Shared::of(parts))
}

/// Returns only the downloads of tickets, whose paths start with `/t`, for a host that makes claims
/// itself.
pub fn ticket_router(parts: HttpParts) -> Router {
    apart(held(tickets(), "/t")).with_state(Shared::of(parts))
}

/// Returns only the JSON API, whose paths start with `/api/v1`. Its claims return addresses below
/// `/t`, where [`ticket_router`] has to answer.
pub fn api_router(parts: HttpParts) -> Router {
    apart(operations(&parts)).with_state(Shared::of(parts))
}

/// Adds the layers that every part has.
fn apart(routes: Router<Shared>) -> Router<Shared> {
    routes.layer(from_fn(linger)).layer(from_fn(api_problems)).layer(from_fn(guard))
}

/// Returns the routes for the holders of links or tickets.
fn held(routes: Routes<Shared>, path: &str) -> Router<Shared> {
    let routes = Routes::new().nest(path, routes).into_router();
    routes.method_not_allowed_fallback(wrong_method).layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
}

/// Returns the routes of the JSON API.
fn operations(parts: &HttpParts) -> Router<Shared> {
    let (desk, authorizer) = (Arc::clone(&parts.desk), Arc::clone(&parts.authorizer));
    let keys = IdempotencyKeys::new(desk, authorizer, parts.projections.clone())
        .with_routes(api::routes().into_list());
    api::routes()
        .into_router()
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(api::report_changes))
        .layer(from_fn_with_state(keys, honor_idempotency_keys))
        .layer(from_fn_with_state(api::Parameters::of(&api::openapi()), api::check_parameters))
        .layer(from_fn(limit_body))
}

/// Sets the largest body that a handler of the API reads.
async fn limit_body(mut request: Request, next: Next) -> Response {
    let is_batch = api_path(request.extensions()) == Some("/api/v1/requests/batch");
    let most = if is_batch { MAX_BATCH_BYTES } else { MAX_FORM_BYTES };
    DefaultBodyLimit::max(most).apply(&mut request);
    next.run(request).await
}

/// Returns the method and path of every route of [`router`], for example to check who may call it.
#[must_use]
pub fn routes() -> Vec<Route> {
    all_routes().into_list()
}

fn all_routes() -> Routes<Shared> {
    Routes::new().nest("/d", links()).nest("/t", tickets()).merge(api::routes())
}

/// Returns the routes of links, relative to `/d`. Any other path below may be a damaged address.
fn links() -> Routes<Shared> {
    Routes::new()
        .get("/{token}", link_page::show)
        .form("/{token}/{attachment}/claim", link_page::claim, link_page::unmatched)
        .form("/{token}/{attachment}/ask", link_page::ask, link_page::unmatched)
        .fallback(link_page::unmatched)
}

/// Returns the routes of tickets, relative to `/t`.
fn tickets() -> Routes<Shared> {
    Routes::new().get("/{ticket}", ticket::fetch).fallback(ticket::unmatched)
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
/// The routers of this crate already include this layer. A host adds it to its own routes that show secrets.
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
