use super::models::TicketJson;
use super::{
    batch, events, feed, files, form_upload, links, notices, problems, request_update, requests,
    transfer, upload, words,
};
use crate::parts::Shared;
use crate::problem_json::ProblemJson;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Returns the documented operations. Each states its method and path in `#[utoipa::path]`.
pub(super) fn operations() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(requests::list_requests, request_update::sync_request))
        .routes(routes!(batch::sync_requests))
        .routes(routes!(requests::get_request))
        .routes(routes!(events::list_events))
        .routes(routes!(feed::list_all_events))
        .routes(routes!(requests::ship_request))
        .routes(routes!(requests::receive_request))
        .routes(routes!(requests::request_cancellation))
        .routes(routes!(requests::answer_cancellation))
        .routes(routes!(requests::withdraw_request))
        .routes(routes!(form_upload::upload_form))
        .routes(routes!(upload::upload_file))
        .routes(routes!(files::reorder_files))
        .routes(routes!(files::change_file, files::remove_file))
        .routes(routes!(links::grant_extension))
        .routes(routes!(problems::report_problem))
        .routes(routes!(problems::answer_problem))
        .routes(routes!(transfer::claim_file))
        .routes(routes!(transfer::get_content))
        .routes(routes!(notices::send_notice))
        .routes(routes!(links::issue_link))
        .routes(routes!(links::revoke_link))
}

/// The parts of the OpenAPI document that no operation states.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Desktop delivery", description = "The JSON API for hosts and library staff. \
        Times are in RFC 3339 format and UTC, sizes in bytes, and digests SHA-256 in hexadecimal. \
        A method that a path does not support gets 405 with `Allow`."),
    // Those that are not part of a body of JSON.
    components(schemas(
        form_upload::FileProblem, requests::Role, words::Audience, words::NoticeFailure,
        words::NoticeKind, words::NoticeState, words::ProblemKind, words::ReplaceReason,
        words::Status, ProblemJson, TicketJson,
    )),
    modifiers(&Bearer),
    security(("bearer" = [])),
)]
struct Document;

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
