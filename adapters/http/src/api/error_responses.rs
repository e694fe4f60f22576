use crate::problem_json::ProblemJson;
use utoipa::IntoResponses;

/// The error responses of every operation.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the OpenAPI document uses it")]
pub(super) enum ErrorResponses {
    /// The request is malformed.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(ProblemJson),
    /// The request is not authenticated.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(ProblemJson),
    /// The caller's library or role does not allow this, or no downloads are left.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemJson),
    /// The resource does not exist, or the caller may not see it.
    #[response(status = 404, content_type = "application/problem+json")]
    Unknown(ProblemJson),
    /// The status of the request does not allow this, or the request has changed in the meantime.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemJson),
    /// The resource was cancelled, withdrawn, removed, revoked or purged, or has expired.
    #[response(status = 410, content_type = "application/problem+json")]
    Gone(ProblemJson),
    /// The request was changed after the revision in `If-Match`.
    #[response(status = 412, content_type = "application/problem+json")]
    PreconditionFailed(ProblemJson),
    /// The file is larger than the profile allows.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemJson),
    /// Files of this type are not accepted.
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedType(ProblemJson),
    /// A value is invalid.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(ProblemJson),
    /// A quota or rate limit is reached.
    #[response(status = 429, content_type = "application/problem+json")]
    OverQuota(ProblemJson),
    /// An internal error occurred.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(ProblemJson),
    /// The server is busy, or its storage cannot be reached. Try again.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemJson),
    /// The server has no storage space left.
    #[response(status = 507, content_type = "application/problem+json")]
    Full(ProblemJson),
}
