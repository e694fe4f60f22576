use crate::api_problems::api_problems;
use crate::linger::linger;
use crate::parts::{HttpParts, Shared};
use crate::problem::ProblemDetails;
use crate::{api, link_page, ticket};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use sha2::{Digest as _, Sha256};

/// The largest form or JSON body, bytes; uploads have the policy's limit instead.
const MAX_FORM_BYTES: usize = 65_536;

/// Makes the service that a host mounts.
///
/// Paths begin at `/d`, `/t` and `/api`; a host that mounts it below a prefix says so in the desk's
/// [`PublicAddress`](desktop_delivery::PublicAddress), so that redirects and forms find their way.
pub fn router(parts: HttpParts) -> Router {
    let shared = Shared::of(parts);
    // Whatever else stands below these paths may be a damaged address.
    let links = Router::new()
        .route("/{token}", get(link_page::show))
        .route("/{token}/{attachment}/claim", post(link_page::claim).get(link_page::lost))
        .route("/{token}/{attachment}/ask", post(link_page::ask).get(link_page::lost))
        .fallback(link_page::lost);
    let tickets = Router::new().route("/{ticket}", get(ticket::fetch)).fallback(ticket::lost);
    Router::new()
        .nest("/d", links)
        .nest("/t", tickets)
        .merge(api::routes())
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .layer(from_fn(linger))
        .layer(from_fn(api_problems))
        .layer(from_fn(guard))
        .with_state(shared)
}

/// Answers a method that an address does not take, as when a form's address is opened by hand.
async fn wrong_method(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    ProblemDetails::method_not_allowed(&method).answer_at(uri.path(), &headers, &shared.pages)
}

/// Adds what every answer carries, unless a handler said otherwise: nobody may cache it, send its
/// address on, guess its type or run what it holds.
///
/// [`router`] has it already; a host lays it over routes of its own that show secrets.
pub async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let defaults: [(HeaderName, &str); 6] = [
        // A capability in an address must stay with the one who has it.
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

/// The content security policy of pages: their one style sheet, by its hash, and forms to ourselves,
/// and to the origin to which their tickets may lead.
pub(crate) fn page_policy(style_sheet: &str, redirects_to: Option<&str>) -> HeaderValue {
    let style = STANDARD.encode(Sha256::digest(style_sheet));
    let mut text = format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'; \
         frame-ancestors 'none'; form-action 'self'"
    );
    if let Some(origin) = redirects_to {
        text.push(' ');
        text.push_str(origin);
    }
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}
