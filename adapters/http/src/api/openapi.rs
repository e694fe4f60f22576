use super::models::TicketJson;
use super::{events, files, links, notices, problems, requests, transfer, upload};
use crate::problem_json::ProblemJson;
use axum::Json;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};

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
