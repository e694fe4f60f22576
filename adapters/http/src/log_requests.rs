use crate::redact::redact_path;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::Method;

/// Path segments that are followed by personal data: a patron's number, an account's name, or the
/// name of a file.
const PERSONAL: [&str; 3] = ["accounts", "patrons", "uploads"];

/// Logs each request and measures its duration, as axum middleware.
///
/// The log line has the method, the path without tokens and personal data, the status, and the time
/// until the head of the response. The metric is `desktop_delivery_http_seconds`. Place the layer
/// outside all others.
///
/// # Example
/// ```
/// use axum::middleware::from_fn;
/// use desktop_delivery_http::log_requests;
///
/// fn logged(routes: axum::Router) -> axum::Router {
///     routes.layer(from_fn(log_requests))
/// }
/// ```
pub async fn log_requests(request: Request, next: Next) -> Response {
    let method = known_method(request.method());
    let path = shown(request.uri().path());
    let started = tokio::time::Instant::now();
    let response = next.run(request).await;
    let (status, elapsed) = (response.status().as_u16(), started.elapsed());
    let route = path.split('/').nth(1).unwrap_or_default();
    // Few distinct values, whatever clients request.
    let route = if matches!(route, "api" | "d" | "t") { route.to_owned() } else { "other".into() };
    metrics::histogram!("desktop_delivery_http_seconds", "route" => route)
        .record(elapsed.as_secs_f64());
    tracing::info!(method, path, status, milliseconds = elapsed.as_millis(), "request");
    response
}

/// Returns a well-known method, or a placeholder: an unknown one could be any text, even a token.
pub(crate) const fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::DELETE => "DELETE",
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        Method::POST => "POST",
        Method::PUT => "PUT",
        _ => "other",
    }
}

/// Returns a path without tokens and personal data.
fn shown(path: &str) -> String {
    let path = redact_path(path);
    let segments: Vec<&str> = path.split('/').collect();
    let is_personal =
        |segment: &&str| PERSONAL.iter().any(|name| segment.eq_ignore_ascii_case(name));
    match segments.iter().position(is_personal) {
        Some(at) if at + 1 < segments.len() => format!("{}/…", segments[..=at].join("/")),
        _ => path.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logged_paths_and_methods_contain_no_personal_data_or_tokens() {
        let cases = [
            (
                "/api/v1/participants/CA-BVAU/patrons/p-2041",
                "/api/v1/participants/CA-BVAU/patrons/…",
            ),
            (
                "/api//participants/CA-BVAU//Patrons//p-2041",
                "/api//participants/CA-BVAU//Patrons/…",
            ),
            ("/library/accounts/m.ito/password", "/library/accounts/…"),
            ("/library/accounts", "/library/accounts"),
            ("/api/v1/requests/0001/uploads/carla.pdf", "/api/v1/requests/0001/uploads/…"),
            ("/supply/000102ab040506ff/files/1", "/supply/000102ab040506ff/files/1"),
        ];
        for (path, logged) in cases {
            assert_eq!(shown(path), logged);
        }
        assert_eq!(known_method(&Method::GET), "GET");
        assert_eq!(known_method(&Method::from_bytes(b"EQEAAQKrBAUG").unwrap()), "other");
    }
}
