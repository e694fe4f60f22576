//! The JSON API for staff and hosts.
#![expect(unused_qualifications, reason = "utoipa's macro for paths qualifies what it is given")]

mod downloads;
mod events;
mod extract;
mod files;
mod links;
mod models;
mod notices;
mod openapi;
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
use crate::problem::{self, ProblemDetails};
use axum::Router;
use axum::routing::{get, patch, post, put};
use desktop_delivery::{Desk, Error};

/// The API's routes.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/openapi.json", get(openapi::show))
        .route("/api/requests", get(requests::list).post(requests::sync))
        .route("/api/requests/{handle}", get(requests::show))
        .route("/api/requests/{handle}/events", get(events::list))
        .route("/api/requests/{handle}/ship", post(requests::ship))
        .route("/api/requests/{handle}/receive", post(requests::receive))
        .route("/api/requests/{handle}/cancel", post(requests::cancel))
        .route("/api/requests/{handle}/cancel/answer", post(requests::answer_cancel))
        .route("/api/requests/{handle}/withdraw", post(requests::withdraw))
        .route("/api/requests/{handle}/files", post(upload::form))
        .route("/api/requests/{handle}/uploads/{file_name}", put(upload::raw))
        .route("/api/requests/{handle}/order", put(files::reorder))
        .route("/api/requests/{handle}/files/{no}", patch(files::change).delete(files::remove))
        .route("/api/requests/{handle}/files/{no}/grant", post(links::grant))
        .route("/api/requests/{handle}/files/{no}/problem", post(problems::report))
        .route("/api/requests/{handle}/files/{no}/problem/answer", post(problems::answer))
        .route("/api/requests/{handle}/files/{no}/claim", post(transfer::claim))
        .route("/api/requests/{handle}/files/{no}/content", get(transfer::content))
        .route("/api/requests/{handle}/notices", post(notices::tell))
        .route("/api/requests/{handle}/links", post(links::issue))
        .route("/api/requests/{handle}/links/{no}", axum::routing::delete(links::revoke))
}

/// Turns an error of the desk into an answer, and logs what an operator must see.
fn problem_of(desk: &Desk, error: &Error) -> ProblemDetails {
    problem::log(error);
    ProblemDetails::of(error, desk.now())
}
