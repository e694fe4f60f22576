use crate::status::{refusal_status, status_of, store_status};
use desktop_delivery::error::{Limit, StoreErrorKind, TokenError};
use desktop_delivery::{Error, InvalidInput, Refusal, StoreError, Timestamp};
use http::{Method, StatusCode};
use std::borrow::Cow;

/// An error response, rendered as problem details (RFC 9457) for programs and as a page for people.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemDetails {
    /// The HTTP status.
    pub status: StatusCode,
    /// A stable identifier for programs, in kebab case.
    pub code: &'static str,
    /// What went wrong, as one sentence in English, in lower case and without a period.
    pub title: String,
    /// What the caller can do about it.
    pub remedy: Cow<'static, str>,
    /// The invalid value, if one caused the problem.
    pub input: Option<Box<InvalidInput>>,
    /// Since when the problem exists, if relevant.
    pub since: Option<Timestamp>,
    /// The limit that was reached, if any.
    pub limit: Option<u64>,
    /// When the request can succeed, if known.
    pub from: Option<Timestamp>,
    /// The host's own code, if its commit hook refused the change.
    pub host_code: Option<Cow<'static, str>>,
    /// Seconds to wait before trying again, sent as `Retry-After`.
    pub retry_after: Option<u32>,
}

/// The code of a problem, as an extension of its response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProblemCode(pub(crate) &'static str);

impl ProblemDetails {
    /// Creates a problem. A host uses it for its own routes.
    #[must_use]
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: impl Into<String>,
        remedy: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (title, remedy) = (title.into(), remedy.into());
        let (input, since, limit, from) = (None, None, None, None);
        let (host_code, retry_after) = (None, None);
        Self { status, code, title, remedy, input, since, limit, from, host_code, retry_after }
    }

    /// Creates the problem of a request that is not authenticated (401).
    #[must_use]
    pub fn unauthorized() -> Self {
        let remedy = "sign in, or send a valid API key";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "not signed in", remedy)
    }

    /// Creates the problem of a call that only the host may make (403).
    #[must_use]
    pub fn host_only() -> Self {
        let (title, remedy) =
            ("only a host key may do this", "use an API key with the role `host`");
        Self::new(StatusCode::FORBIDDEN, "forbidden", title, remedy)
    }

    /// Creates the problem of a path that does not exist (404). Every invalid token gets this
    /// response.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown", "unknown", "check the address")
    }

    /// Creates the problem of a request that cannot be read (400), with `what` as its title.
    #[must_use]
    pub fn malformed(what: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", what, "correct the call")
    }

    /// Creates the problem of a method that the path does not support (405).
    #[must_use]
    pub fn method_not_allowed(method: &Method) -> Self {
        // A client may send any word as the method, even a secret token, so others are not
        // repeated.
        let title = match *method {
            Method::DELETE
            | Method::GET
            | Method::HEAD
            | Method::OPTIONS
            | Method::PATCH
            | Method::POST
            | Method::PUT => format!("{method} is not allowed here"),
            _ => "this method is not allowed here".to_owned(),
        };
        let remedy = "use a method that the Allow header lists";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", title, remedy)
    }

    /// Creates the problem of a body that arrived more slowly than the server allows (408).
    #[must_use]
    pub fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "too-slow",
            "the body arrived too slowly",
            "send it again over a faster connection",
        )
    }

    /// Creates the problem for a refusal at the time `now`.
    pub(crate) fn of_refusal(refusal: &Refusal, now: Timestamp) -> Self {
        let status = refusal_status(refusal);
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
            // Every note of the API is a field of this name.
            Refusal::OverLimit { what: Limit::NoteBytes, limit } => {
                problem.title = format!("`note` is longer than {limit} bytes");
                problem.limit = Some(*limit);
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
            Refusal::Vetoed(veto) => problem.host_code = Some(veto.code.clone()),
            Refusal::Busy => problem.retry_after = Some(1),
            _ => {}
        }
        problem
    }

    /// Creates the problem for an error of the desk at the time `now`.
    #[must_use]
    pub fn of(error: &Error, now: Timestamp) -> Self {
        match error {
            Error::Refused(refusal) => Self::of_refusal(refusal, now),
            Error::InvalidInput(input) => Self::of_input(*input),
            Error::Token(TokenError::Expired) => Self::new(
                status_of(error),
                "token-expired",
                "the token has expired",
                "ask for a new link",
            ),
            Error::Token(_) => Self::not_found(),
            Error::Store(store) => Self::of_store(store),
            _ => Self::internal(),
        }
    }

    /// Creates the problem of an invalid value (422).
    #[must_use]
    pub fn of_input(input: InvalidInput) -> Self {
        let remedy = input.fault().remedy();
        let (status, title) = (status_of(&input.into()), input_title(&input));
        let mut problem = Self::new(status, InvalidInput::CODE, title, remedy);
        problem.input = Some(Box::new(input));
        problem.limit = input.fault().limit().and_then(|limit| u64::try_from(limit).ok());
        problem
    }

    /// Creates the problem of a store that failed.
    #[must_use]
    pub fn of_store(error: &StoreError) -> Self {
        let status = store_status(error.kind());
        match error.kind() {
            StoreErrorKind::Full => Self::new(
                status,
                "storage-full",
                "the server has no storage space left",
                "tell the operator; nothing was stored",
            ),
            StoreErrorKind::Interrupted => Self::new(
                status,
                "interrupted",
                "the upload was interrupted; nothing was stored",
                "upload the file again",
            ),
            StoreErrorKind::Unavailable => {
                let mut problem = Self::new(
                    status,
                    "unavailable",
                    "the server's storage cannot be reached",
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
            "an internal error occurred",
            "tell the operator; the log has the cause",
        )
    }
}

/// Describes an invalid value. A field whose name is also its name in the API is formatted as code.
fn input_title(input: &InvalidInput) -> String {
    let name = input.field().name();
    if name == input.field().code() {
        format!("`{name}` {}", input.fault().clause())
    } else {
        input.to_string()
    }
}
