use crate::api_problems::is_api;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::InvalidInput;
use desktop_delivery::input::{InputFault, InputField};
use http::{HeaderName, HeaderValue, Method, Uri, header};
use std::convert::Infallible;
use std::time::Duration;
use tower::ServiceExt as _;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser may cache the response to a preflight request: 1 hour.
const MAX_AGE: Duration = Duration::from_secs(3_600);

const ORIGIN: InputField = InputField::new("origin", "origin");
const NOT_AN_ORIGIN: InputFault = InputFault::new(
    "not-an-origin",
    "is not the origin of a website",
    "write it as https://ill.example.org, without a path and without a slash at the end",
);

/// The websites whose scripts may call the JSON API from a browser (CORS, as in the Fetch standard).
///
/// Scripts must send an API key: cookies are never allowed.
///
/// # Example
/// ```
/// use desktop_delivery_http::Origins;
/// assert!(Origins::new(["https://catalog.example.org"]).is_ok());
/// assert!(Origins::new(["https://catalog.example.org/search"]).is_err());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Origins(Option<CorsLayer>);

impl Origins {
    /// Creates the list. With an empty list, no website may call the API.
    ///
    /// # Errors
    /// [`InvalidInput`] if an entry is not an origin: a scheme, a host and, if it is not the default,
    /// a port (RFC 6454 section 6.2).
    pub fn new<'a>(origins: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidInput> {
        let origins = origins.into_iter().map(origin).collect::<Result<Vec<_>, _>>()?;
        if origins.is_empty() {
            return Ok(Self(None));
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
        Ok(Self(Some(cors)))
    }
}

/// Checks an origin, which browsers send in lowercase and without a default port.
fn origin(text: &str) -> Result<HeaderValue, InvalidInput> {
    let fault = || InvalidInput::new(ORIGIN, NOT_AN_ORIGIN);
    let uri: Uri = text.parse().map_err(|_| fault())?;
    let authority = uri.authority().ok_or_else(fault)?;
    let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme));
    let scheme = scheme.ok_or_else(fault)?;
    let is_default =
        matches!((scheme, authority.port_u16()), ("http", Some(80)) | ("https", Some(443)));
    let is_plain = text == format!("{scheme}://{authority}") && !authority.as_str().contains('@');
    if !is_plain || is_default || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(fault());
    }
    HeaderValue::from_str(text).map_err(|_| fault())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port_other_than_the_default() {
        for origin in ["https://a.example.org", "http://localhost:8081", "https://[::1]:8443"] {
            assert!(Origins::new([origin]).is_ok(), "{origin}");
        }
        for wrong in [
            "*",
            "null",
            "",
            "a.example.org",
            "https://a.example.org/",
            "https://a.example.org/x",
            "https://a.example.org:443",
            "http://a.example.org:80",
            "https://A.example.org",
            "https://me@a.example.org",
            "ftp://a.example.org",
        ] {
            assert!(Origins::new([wrong]).is_err(), "{wrong}");
        }
    }
}
