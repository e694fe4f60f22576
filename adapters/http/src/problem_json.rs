use crate::problem::{ProblemCode, ProblemDetails};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of problem details (RFC 9457).
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Problem details (RFC 9457), sent as `application/problem+json`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemJson {
    /// The kind of problem: a URN that ends in `code`.
    #[serde(rename = "type")]
    #[schema(example = "urn:desktop-delivery:problem:exhausted")]
    kind: String,
    /// What went wrong, as one sentence in English.
    #[schema(example = "all 5 downloads are used")]
    title: String,
    /// The HTTP status.
    #[schema(example = 403)]
    status: u16,
    /// A stable identifier for programs.
    #[schema(example = "exhausted")]
    code: String,
    /// What the caller can do about it.
    #[schema(example = "ask the library for more downloads")]
    remedy: String,
    /// The field with the invalid value, as a stable identifier for programs. Only if `code` is
    /// `invalid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "title")]
    field: Option<String>,
    /// What is wrong with the value of `field`, as a stable identifier for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "too-long")]
    reason: Option<String>,
    /// Since when the problem exists (RFC 3339), if relevant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "2027-02-22T05:00:00Z", format = DateTime)]
    since: Option<String>,
    /// The limit that was reached, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    limit: Option<u64>,
    /// When the request can succeed (RFC 3339), if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    from: Option<String>,
    /// The host's own code, if `code` is `vetoed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "invoice-closed")]
    host_code: Option<String>,
}

impl From<&ProblemDetails> for ProblemJson {
    fn from(problem: &ProblemDetails) -> Self {
        Self {
            kind: format!("urn:desktop-delivery:problem:{}", problem.code),
            title: problem.title.clone(),
            status: problem.status.as_u16(),
            code: problem.code.to_owned(),
            remedy: problem.remedy.to_string(),
            field: problem.input.as_ref().map(|input| input.field().code().to_owned()),
            reason: problem.input.as_ref().map(|input| input.fault().code().to_owned()),
            since: problem.since.map(|since| since.to_string()),
            limit: problem.limit,
            from: problem.from.map(|from| from.to_string()),
            host_code: problem.host_code.as_ref().map(ToString::to_string),
        }
    }
}

impl IntoResponse for ProblemDetails {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&ProblemJson::from(&self)).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        response.extensions_mut().insert(ProblemCode(self.code));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        response
    }
}
