//! The JSON API for library staff and hosts.
#![expect(unused_qualifications, reason = "the `utoipa::path` macro generates qualified names")]

mod downloads;
mod error_responses;
mod events;
mod extract;
mod files;
mod links;
mod models;
mod notices;
mod openapi;
mod outcome;
mod page_size;
mod problems;
mod requests;
mod terms_refused;
mod transfer;
mod upload;

pub use events::EventJson;
pub(crate) use models::{LinkJson, TicketJson};
pub use models::{ListedJson, RequestJson, WarningJson};
pub use openapi::openapi;

use crate::parts::Shared;
use axum::Router;
use axum::routing::{get, patch, post, put};

/// Returns the routes of the API.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/openapi.json", get(openapi::show))
        .route("/api/requests", get(requests::list_requests).post(requests::sync_request))
        .route("/api/requests/{handle}", get(requests::get_request))
        .route("/api/requests/{handle}/events", get(events::list_events))
        .route("/api/requests/{handle}/ship", post(requests::ship_request))
        .route("/api/requests/{handle}/receive", post(requests::receive_request))
        .route("/api/requests/{handle}/cancel", post(requests::request_cancellation))
        .route("/api/requests/{handle}/cancel/answer", post(requests::answer_cancellation))
        .route("/api/requests/{handle}/withdraw", post(requests::withdraw_request))
        .route("/api/requests/{handle}/files", post(upload::upload_form))
        .route("/api/requests/{handle}/uploads/{file_name}", put(upload::upload_file))
        .route("/api/requests/{handle}/order", put(files::reorder_files))
        .route(
            "/api/requests/{handle}/files/{no}",
            patch(files::change_file).delete(files::remove_file),
        )
        .route("/api/requests/{handle}/files/{no}/grant", post(links::grant_extension))
        .route("/api/requests/{handle}/files/{no}/problem", post(problems::report_problem))
        .route("/api/requests/{handle}/files/{no}/problem/answer", post(problems::answer_problem))
        .route("/api/requests/{handle}/files/{no}/claim", post(transfer::claim_file))
        .route("/api/requests/{handle}/files/{no}/content", get(transfer::get_content))
        .route("/api/requests/{handle}/notices", post(notices::send_notice))
        .route("/api/requests/{handle}/links", post(links::issue_link))
        .route("/api/requests/{handle}/links/{no}", axum::routing::delete(links::revoke_link))
}
