use super::models::TicketJson;
use super::{events, files, links, notices, problems, requests, transfer, upload};
use crate::problem::ProblemJson;
use axum::Json;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi as _};

/// The answers that every call may give.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes answers, and is never made")]
pub(super) enum Problems {
    /// The request cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(ProblemJson),
    /// Nobody is signed in.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(ProblemJson),
    /// Not allowed for this library or role, or nothing is left.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemJson),
    /// There is no such thing, or not for this caller.
    #[response(status = 404, content_type = "application/problem+json")]
    Unknown(ProblemJson),
    /// The request's status does not allow it, or something changed meanwhile.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemJson),
    /// It is over: cancelled, withdrawn, removed, revoked, expired or purged.
    #[response(status = 410, content_type = "application/problem+json")]
    Gone(ProblemJson),
    /// The file is larger than the profile allows.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemJson),
    /// Files of this type are not accepted.
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedType(ProblemJson),
    /// A value cannot be taken.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(ProblemJson),
    /// A quota is full.
    #[response(status = 429, content_type = "application/problem+json")]
    OverQuota(ProblemJson),
    /// Something failed on our side.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(ProblemJson),
    /// Busy, or a store cannot be reached: try again.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemJson),
    /// No space is left.
    #[response(status = 507, content_type = "application/problem+json")]
    Full(ProblemJson),
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Desktop delivery", description = "The JSON API for hosts and library staff"),
    paths(
        requests::list, requests::sync, requests::show, requests::ship, requests::receive,
        requests::cancel, requests::answer_cancel, requests::withdraw, events::list,
        upload::form, upload::raw, files::change, files::remove, files::reorder,
        problems::report, problems::answer, notices::tell,
        transfer::claim, transfer::content, links::issue, links::revoke, links::grant,
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
            .description(Some("what the host's authorizer takes"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The OpenAPI 3.1 document of the JSON API; a host that adds routes of its own may merge it.
#[must_use]
pub fn openapi() -> serde_json::Value {
    serde_json::to_value(Api::openapi()).unwrap_or_default()
}

/// Shows the document.
pub(super) async fn show() -> Json<serde_json::Value> {
    Json(openapi())
}
