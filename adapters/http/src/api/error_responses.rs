use crate::problem_json::ProblemJson;
use std::collections::BTreeMap;
use utoipa::IntoResponses;
use utoipa::openapi::content::Content;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{Object, Ref, RefOr, Response, ResponseBuilder};

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

/// The error responses of links and tickets, as problem details or as a page.
pub(crate) struct LinkErrors;

impl IntoResponses for LinkErrors {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let errors = [
            ("400", "The request is malformed."),
            ("403", "No downloads are left, or the document is not available yet."),
            ("404", "The token is not valid."),
            ("409", "The request has changed in the meantime."),
            ("410", "The link or document was revoked, removed or purged, or has expired."),
            ("422", "A value is invalid."),
            ("429", "A quota or rate limit is reached."),
            ("500", "An internal error occurred."),
            ("503", "The server is busy, or its storage cannot be reached. Try again."),
        ];
        let problem = Ref::from_schema_name("ProblemJson");
        let response = |description: &str| {
            ResponseBuilder::new()
                .description(description)
                .content("application/problem+json", Content::new(Some(problem.clone())))
                .content("text/html", Content::new(Some(Object::with_type(Type::String))))
                .build()
        };
        errors.map(|(status, text)| (status.to_owned(), RefOr::T(response(text)))).into()
    }
}
