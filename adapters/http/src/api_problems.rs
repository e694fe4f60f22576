use crate::problem::ProblemDetails;
use crate::problem_json::PROBLEM_JSON;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{Method, StatusCode, header};

/// Returns whether a path belongs to the JSON API: `/api` or below.
#[must_use]
pub fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Converts every error response below `/api` to problem details (RFC 9457), as axum middleware.
///
/// This covers errors of any origin and ignores the `Accept` header. [`router`](crate::router)
/// already includes this layer. A host that adds routes below `/api`, or has a fallback that
/// handles such paths, adds it to all of its routes.
pub async fn api_problems(request: Request, next: Next) -> Response {
    if !is_api(request.uri().path()) {
        return next.run(request).await;
    }
    let method = request.method().clone();
    let response = next.run(request).await;
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    if !is_error || is_problem(&response) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let (head, body) = problem_of(parts.status, &method).into_response().into_parts();
    // Headers that belong to the status stay: Allow, Content-Range, ETag, Retry-After.
    for name in [header::CONTENT_ENCODING, header::CONTENT_LANGUAGE, header::CONTENT_LENGTH] {
        parts.headers.remove(name);
    }
    // This header belonged to the discarded page.
    parts.headers.remove(header::CONTENT_SECURITY_POLICY);
    for (name, value) in &head.headers {
        parts.headers.insert(name, value.clone());
    }
    Response::from_parts(parts, body)
}

fn is_problem(response: &Response) -> bool {
    let stated = response.headers().get(header::CONTENT_TYPE);
    stated.is_some_and(|stated| stated.as_bytes().starts_with(PROBLEM_JSON.as_bytes()))
}

/// Creates the problem for a bare status.
fn problem_of(status: StatusCode, method: &Method) -> ProblemDetails {
    let (code, title, remedy) = match status {
        StatusCode::UNAUTHORIZED => return ProblemDetails::unauthorized(),
        StatusCode::FORBIDDEN => {
            ("forbidden", "not allowed", "sign in with an account that may do this")
        }
        StatusCode::NOT_FOUND => return ProblemDetails::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => return ProblemDetails::method_not_allowed(method),
        StatusCode::NOT_ACCEPTABLE => {
            ("not-acceptable", "the requested format is not available", "accept application/json")
        }
        StatusCode::REQUEST_TIMEOUT => return ProblemDetails::too_slow(),
        StatusCode::PRECONDITION_FAILED => (
            "precondition-failed",
            "the file does not match the precondition",
            "get the current ETag of the file and try again",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("too-large", "the body is too long", "send a shorter body")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("unsupported-type", "bodies of this type are not accepted", "send application/json")
        }
        StatusCode::RANGE_NOT_SATISFIABLE => (
            "range-not-satisfiable",
            "the range lies outside the file",
            "request a range within the size in Content-Range",
        ),
        StatusCode::TOO_MANY_REQUESTS => {
            ("too-many", "too many calls", "wait the number of seconds in Retry-After")
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            ("unavailable", "the server is busy", "try again in a moment")
        }
        _ if status.is_server_error() => {
            return ProblemDetails { status, ..ProblemDetails::internal() };
        }
        _ => {
            return ProblemDetails {
                status,
                ..ProblemDetails::malformed("the call cannot be read")
            };
        }
    };
    ProblemDetails::new(status, code, title, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_status_has_a_problem_and_unknown_methods_are_not_quoted() {
        let token = Method::from_bytes(b"EQEAAQKrBAUG_wADbWFkZSB1cCBieSBoYW5kLCBub3Q").unwrap();
        for code in 400..600 {
            let status = StatusCode::from_u16(code).unwrap();
            let problem = problem_of(status, &token);
            assert_eq!(problem.status, status);
            assert!(!problem.code.is_empty() && !problem.remedy.is_empty());
            assert!(!problem.title.contains("EQEA"), "{}", problem.title);
        }
        assert_eq!(
            problem_of(StatusCode::METHOD_NOT_ALLOWED, &Method::PUT).title,
            "PUT is not allowed here"
        );
    }
}
