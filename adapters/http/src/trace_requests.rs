use crate::log_requests::known_method;
use axum::RequestExt as _;
use axum::extract::{MatchedPath, RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use desktop_delivery::{Desk, RequestHandle};
use std::sync::Arc;
use tracing::Instrument as _;
use tracing::field::{Empty, display};

/// Runs each request in a span, as axum middleware.
///
/// The span `http.request` has the level `DEBUG` and the fields `method`, `route` (the path with
/// its parameters in braces), `status`, and `request`: the handle of the request that the path, or
/// the genuine token in it, belongs to. It contains no token.
///
/// # Example
/// ```
/// use axum::middleware::from_fn_with_state;
/// use desktop_delivery::Desk;
/// use desktop_delivery_http::trace_requests;
/// use std::sync::Arc;
///
/// fn traced(routes: axum::Router, desk: Arc<Desk>) -> axum::Router {
///     routes.layer(from_fn_with_state(desk, trace_requests))
/// }
/// ```
pub async fn trace_requests(
    State(desk): State<Arc<Desk>>,
    mut request: Request,
    next: Next,
) -> Response {
    let method = known_method(request.method());
    let span = tracing::debug_span!(
        "http.request",
        method,
        route = Empty,
        request = Empty,
        status = Empty
    );
    if span.is_disabled() {
        return next.run(request).await;
    }
    if let Some(route) = request.extensions().get::<MatchedPath>() {
        span.record("route", route.as_str());
    }
    if let Ok(parameters) = request.extract_parts::<RawPathParams>().await
        && let Some(handle) = parameters.iter().find_map(|it| handle_of(&desk, it))
    {
        span.record("request", display(handle));
    }
    let response = next.run(request).instrument(span.clone()).await;
    span.record("status", response.status().as_u16());
    response
}

/// Returns the request that a parameter of a path belongs to.
fn handle_of(desk: &Desk, (name, value): (&str, &str)) -> Option<RequestHandle> {
    match name {
        "handle" => value.parse().ok(),
        "ticket" => desk.verify_ticket(value).ok(),
        "token" => desk.verify_link(value).ok(),
        _ => None,
    }
}
