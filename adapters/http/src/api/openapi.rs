use super::models::TicketJson;
use super::{events, files, links, notices, problems, requests, transfer, upload};
use crate::problem::ProblemJson;
use axum::Json;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi as _};

/// The error responses of every operation.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the OpenAPI document uses it")]
pub(super) enum Problems {
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

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Desktop delivery", description = "The JSON API for hosts and library staff. \
        Times are in RFC 3339 format and UTC, sizes in bytes, and digests SHA-256 in hexadecimal."),
    paths(
        requests::list_requests, requests::sync_request, requests::get_request,
        requests::ship_request, requests::receive_request, requests::request_cancellation,
        requests::answer_cancellation, requests::withdraw_request, events::list_events,
        upload::upload_form, upload::upload_file, files::change_file, files::remove_file,
        files::reorder_files, problems::report_problem, problems::answer_problem,
        notices::send_notice, transfer::claim_file, transfer::get_content, links::issue_link,
        links::revoke_link, links::grant_extension,
    ),
    components(schemas(ProblemJson, TicketJson)),
    modifiers(&Bearer),
    security(("bearer" = [])),
)]
struct Api;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key or session token that the host's authorizer accepts."))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// Returns the OpenAPI 3.1 document of the JSON API. A host can merge it with that of its own
/// routes.
#[must_use]
pub fn openapi() -> serde_json::Value {
    serde_json::to_value(Api::openapi()).unwrap_or_default()
}

/// Returns the OpenAPI document.
pub(super) async fn show() -> Json<serde_json::Value> {
    Json(openapi())
}
