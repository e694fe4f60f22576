use crate::accept::wants_problem_json;
use crate::link_pages::LinkPages;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use desktop_delivery::error::{ErrorChain, StoreErrorKind, TokenError};
use desktop_delivery::{Error, InvalidInput, Refusal, StoreError, Timestamp};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// The media type of problem details.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Says what went wrong: rendered for programs as problem details (RFC 9457), for people as a page.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemDetails {
    /// The HTTP status.
    pub status: StatusCode,
    /// A stable name for programs, in kebab case.
    pub code: &'static str,
    /// What went wrong, one sentence in English.
    pub title: String,
    /// What the caller can do about it.
    pub remedy: Cow<'static, str>,
    /// The value that cannot be accepted, where one is the reason.
    pub input: Option<Box<InvalidInput>>,
    /// Since when, where that matters.
    pub since: Option<Timestamp>,
    /// The limit that was met, where there is one.
    pub limit: Option<u64>,
    /// When it will do, where that is known.
    pub from: Option<Timestamp>,
    /// Seconds after which another try makes sense.
    pub retry_after: Option<u32>,
}

/// ProblemDetails details (RFC 9457), as `application/problem+json`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemJson {
    /// Names the kind of problem: a URN that ends in `code`.
    #[serde(rename = "type")]
    #[schema(example = "urn:desktop-delivery:problem:exhausted")]
    kind: String,
    /// What went wrong.
    #[schema(example = "all 5 downloads are used")]
    title: String,
    /// The HTTP status.
    #[schema(example = 403)]
    status: u16,
    /// A stable name for programs.
    #[schema(example = "exhausted")]
    code: String,
    /// What the caller can do about it.
    #[schema(example = "ask the library for more downloads")]
    remedy: String,
    /// Which value cannot be accepted, where one is the reason (`code` is `invalid`): a stable name
    /// for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "title")]
    field: Option<String>,
    /// What is wrong with that value: a stable name for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "too-long")]
    reason: Option<String>,
    /// Since when, RFC 3339, where that matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2027-02-22T05:00:00Z")]
    since: Option<String>,
    /// The limit that was met, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    /// When it will do, RFC 3339, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
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
        }
    }
}

impl ProblemDetails {
    /// Makes a problem, for the routes that a host adds.
    #[must_use]
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: impl Into<String>,
        remedy: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (title, remedy) = (title.into(), remedy.into());
        let (input, since, limit, from, retry_after) = (None, None, None, None, None);
        Self { status, code, title, remedy, input, since, limit, from, retry_after }
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn unauthorized() -> Self {
        let remedy = "sign in, or send a key that is not revoked";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "not signed in", remedy)
    }

    /// There is nothing here; the one answer to every token that does not verify.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown", "unknown", "check the address")
    }

    /// A request that cannot be read.
    #[must_use]
    pub fn malformed(what: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", what, "correct the request")
    }

    /// An address that does not take this method.
    #[must_use]
    pub fn method_not_allowed(method: &Method) -> Self {
        // A method is any token, also one of ours.
        let title = match *method {
            Method::DELETE
            | Method::GET
            | Method::HEAD
            | Method::OPTIONS
            | Method::PATCH
            | Method::POST
            | Method::PUT => format!("{method} is not possible here"),
            _ => "this method is not possible here".to_owned(),
        };
        let remedy = "use a method in the Allow header";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", title, remedy)
    }

    /// A body that arrived more slowly than the server allows.
    #[must_use]
    pub fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "too-slow",
            "the body arrived too slowly",
            "send the request again, over a faster connection",
        )
    }

    /// Renders it as the request's headers ask: a page for people, problem details for programs.
    #[must_use]
    pub fn answer(self, headers: &HeaderMap, pages: &LinkPages) -> Response {
        if wants_problem_json(headers) {
            return self.into_response();
        }
        crate::error_page::problem(pages, headers, &self)
    }

    /// Renders it as [`answer`](Self::answer) does, except that below `/api` it is always JSON.
    #[must_use]
    pub fn answer_at(self, path: &str, headers: &HeaderMap, pages: &LinkPages) -> Response {
        if crate::api_problems::is_api(path) {
            self.into_response()
        } else {
            self.answer(headers, pages)
        }
    }

    pub(crate) fn of_refusal(refusal: &Refusal, now: Timestamp) -> Self {
        let status = status_of(refusal);
        let mut problem = Self::new(status, refusal.code(), refusal.to_string(), refusal.remedy());
        match refusal {
            Refusal::Cancelled { since }
            | Refusal::Ended { since }
            | Refusal::Expired { since }
            | Refusal::Purged { since }
            | Refusal::Removed { since }
            | Refusal::Replaced { since }
            | Refusal::Revoked { since }
            | Refusal::Withdrawn { since } => problem.since = Some(*since),
            Refusal::Exhausted { limit, since } => {
                problem.limit = Some(u64::from(*limit));
                problem.since = *since;
            }
            Refusal::NeverFits { limit }
            | Refusal::OverLimit { limit, .. }
            | Refusal::TooLarge { limit } => {
                problem.limit = Some(*limit);
            }
            Refusal::NotYetValid { from } => problem.from = Some(*from),
            Refusal::OverQuota { limit, frees_at, .. } => {
                problem.limit = Some(*limit);
                problem.from = *frees_at;
                problem.retry_after = frees_at
                    .map(|at| u32::try_from(at.seconds_since(now).max(1)).unwrap_or(u32::MAX));
            }
            Refusal::TooManyResends { limit, from } => {
                problem.limit = Some(u64::from(*limit));
                problem.from = Some(*from);
                let seconds = from.seconds_since(now).max(1);
                problem.retry_after = Some(u32::try_from(seconds).unwrap_or(u32::MAX));
            }
            Refusal::Busy => problem.retry_after = Some(1),
            _ => {}
        }
        problem
    }

    /// The problem for a desk's error at the time `now`.
    #[must_use]
    pub fn of(error: &Error, now: Timestamp) -> Self {
        match error {
            Error::Refused(refusal) => Self::of_refusal(refusal, now),
            Error::InvalidInput(input) => Self::of_input(*input),
            Error::Token(TokenError::Expired) => Self::new(
                StatusCode::GONE,
                "token-expired",
                "the token has expired",
                "ask for a new link",
            ),
            Error::Token(_) => Self::not_found(),
            Error::Store(store) => Self::of_store(store),
            _ => Self::internal(),
        }
    }

    /// A value that cannot be taken.
    #[must_use]
    pub fn of_input(input: InvalidInput) -> Self {
        let remedy = input.fault().remedy();
        let (status, code) = (StatusCode::UNPROCESSABLE_ENTITY, InvalidInput::CODE);
        let mut problem = Self::new(status, code, input_title(&input), remedy);
        problem.input = Some(Box::new(input));
        problem.limit = input.fault().limit().and_then(|limit| u64::try_from(limit).ok());
        problem
    }

    /// A store that failed.
    #[must_use]
    pub fn of_store(error: &StoreError) -> Self {
        match error.kind() {
            StoreErrorKind::Full => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "storage-full",
                "there is no space left",
                "tell the operator; nothing of the request was kept",
            ),
            StoreErrorKind::Interrupted => Self::new(
                StatusCode::BAD_REQUEST,
                "interrupted",
                "the upload broke off; nothing of it was kept",
                "upload the file again",
            ),
            StoreErrorKind::Unavailable => {
                let mut problem = Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "unavailable",
                    "the store cannot be reached",
                    "try again in a moment",
                );
                problem.retry_after = Some(5);
                problem
            }
            _ => Self::internal(),
        }
    }

    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something failed on our side",
            "tell the operator, who finds it in the log",
        )
    }
}

/// What is wrong with a value. A field whose name is a single word has that name in the API, too, and is
/// marked as code.
fn input_title(input: &InvalidInput) -> String {
    let name = input.field().name();
    if name == input.field().code() {
        format!("`{name}` {}", input.fault().clause())
    } else {
        input.to_string()
    }
}

/// The status that says most about a refusal; what is gone for this caller is 410.
pub(crate) fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Cancelled { .. }
        | Refusal::Ended { .. }
        | Refusal::Expired { .. }
        | Refusal::Purged { .. }
        | Refusal::Removed { .. }
        | Refusal::Replaced { .. }
        | Refusal::Revoked { .. }
        | Refusal::Withdrawn { .. } => StatusCode::GONE,
        Refusal::Exhausted { .. }
        | Refusal::Forbidden
        | Refusal::NoFreePreview
        | Refusal::NotYetValid { .. } => StatusCode::FORBIDDEN,
        Refusal::InFuture { .. }
        | Refusal::Inspected { .. }
        | Refusal::OverLimit { .. }
        | Refusal::PastEnd { .. }
        | Refusal::Unacknowledged => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::OverQuota { .. } | Refusal::TooManyResends { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::NeverFits { .. } | Refusal::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::Unknown => StatusCode::NOT_FOUND,
        Refusal::UnsupportedType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::CONFLICT,
    }
}

/// Logs what an operator must see of an error: never a token, never a name.
pub(crate) fn log(error: &Error) {
    match error {
        Error::Store(store) if store.kind() != StoreErrorKind::Interrupted => {
            let remedy = store.kind().remedy();
            tracing::error!(error = %ErrorChain::of(store), remedy, "a store failed");
        }
        Error::Notify(notify) => tracing::warn!(error = %ErrorChain::of(notify), "a notice failed"),
        _ => {}
    }
}

impl IntoResponse for ProblemDetails {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&ProblemJson::from(&self)).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
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
