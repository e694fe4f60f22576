use crate::api_problems::is_api;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::input::WebOrigin;
use http::{HeaderName, HeaderValue, Method, header};
use std::convert::Infallible;
use std::time::Duration;
use tower::ServiceExt as _;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser may cache the response to a preflight request: 1 hour.
const MAX_AGE: Duration = Duration::from_secs(3_600);

/// The websites whose scripts may call the JSON API from a browser (CORS, as in the Fetch standard).
///
/// Scripts must send an API key: cookies are never allowed.
///
/// # Example
/// ```
/// use desktop_delivery::input::WebOrigin;
/// use desktop_delivery_http::Origins;
///
/// let origins = Origins::new([WebOrigin::new("https://catalog.example.org")?]);
/// # Ok::<(), desktop_delivery::InvalidInput>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Origins(Option<CorsLayer>);

impl Origins {
    /// Creates the list. With an empty list, no website may call the API.
    #[must_use]
    pub fn new(origins: impl IntoIterator<Item = WebOrigin>) -> Self {
        // Origins consist of ASCII characters that headers allow, so that none is left out.
        let values = origins.into_iter().map(|origin| HeaderValue::from_str(origin.as_str()));
        let origins: Vec<_> = values.filter_map(Result::ok).collect();
        if origins.is_empty() {
            return Self(None);
        }
        let methods = [Method::DELETE, Method::GET, Method::PATCH, Method::POST, Method::PUT];
        let sent = [
            header::ACCEPT,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("idempotency-key"),
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            header::RANGE,
        ];
        let read = [
            header::ACCEPT_RANGES,
            header::CONTENT_DISPOSITION,
            header::CONTENT_RANGE,
            header::ETAG,
            HeaderName::from_static("idempotent-replayed"),
            HeaderName::from_static("ratelimit"),
            HeaderName::from_static("ratelimit-policy"),
            header::RETRY_AFTER,
        ];
        let cors = CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_methods(methods)
            .allow_headers(sent)
            .expose_headers(read)
            .max_age(MAX_AGE);
        Self(Some(cors))
    }
}

/// Lets scripts of the listed websites call the JSON API, as axum middleware for
/// [`from_fn_with_state`](axum::middleware::from_fn_with_state).
///
/// Only paths below `/api` are affected: links, tickets and pages never allow other websites. A host
/// adds this layer outside all its routes below `/api`, so that browsers can read errors too.
pub async fn allow_origins(
    State(Origins(cors)): State<Origins>,
    request: Request,
    next: Next,
) -> Response {
    match cors {
        Some(cors) if is_api(request.uri().path()) => {
            let answered = tower::Layer::layer(&cors, next).oneshot(request).await;
            answered.unwrap_or_else(|never: Infallible| match never {}).into_response()
        }
        _ => next.run(request).await,
    }
}
