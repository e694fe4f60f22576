use axum::extract::MatchedPath;
use http::{Extensions, Method};

/// How a route handles an `Idempotency-Key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handling {
    /// A claim, whose handler uses the key as the identity of the claim.
    Claim,
    /// A change that must not be made twice.
    Once,
    /// A change that has the same result if it is applied again, so that it may be repeated when
    /// its outcome is unknown.
    Repeatable,
    /// An upload, whose body is not held in memory and therefore not compared.
    Upload,
}

/// Returns the route that a request matched, without the prefix under which a host nests the
/// router.
pub(crate) fn api_path(extensions: &Extensions) -> Option<&str> {
    let matched = extensions.get::<MatchedPath>()?.as_str();
    matched.find("/api/").map(|start| &matched[start..])
}

impl Handling {
    /// Returns the handling of a request that changes something.
    pub(super) fn of(method: &Method, extensions: &Extensions) -> Self {
        Self::of_path(method, api_path(extensions).unwrap_or_default())
    }

    /// Returns the handling of a method and route.
    pub(crate) fn of_path(method: &Method, path: &str) -> Self {
        let ends = |end| path.ends_with(end);
        match *method {
            Method::POST if ends("/files/{no}/claim") => Self::Claim,
            Method::POST if ends("/requests/{handle}/files") => Self::Upload,
            Method::PUT if ends("/uploads/{file_name}") => Self::Upload,
            // Sending an update again changes nothing.
            Method::POST if path == "/api/v1/requests" => Self::Repeatable,
            Method::POST if path == "/api/v1/requests/batch" => Self::Repeatable,
            // Idempotent by definition (RFC 9110 section 9.2.2).
            Method::PUT | Method::DELETE => Self::Repeatable,
            _ => Self::Once,
        }
    }
}
