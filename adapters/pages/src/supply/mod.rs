//! The lending staff's pages of one request, and of one file of it.

mod actions;
mod file_actions;
mod file_page;
mod file_row;
mod links;
mod receive;
mod request_page;
mod ship_plan;
mod supplied;
mod upload;
mod waiting;

use crate::Pages;
use crate::web::{Frame, Samples};
use axum::Router;
use axum::routing::{get, post};

/// Every form is posted below the page that shows it, so that a refusal in its place leads back there.
pub(crate) fn routes() -> Router<Pages> {
    Router::new()
        .route("/supply/{handle}", get(request_page::show))
        .route("/supply/{handle}/upload", post(upload::attach))
        .route("/supply/{handle}/move", post(actions::reorder))
        .route("/supply/{handle}/ship", post(actions::ship))
        .route("/supply/{handle}/cancel", post(actions::answer_cancel))
        .route("/supply/{handle}/withdraw", post(actions::withdraw))
        .route("/supply/{handle}/link", post(links::show))
        .route("/supply/{handle}/revoke", post(links::revoke))
        .route("/supply/{handle}/files/{no}", get(file_page::show))
        .route("/supply/{handle}/files/{no}/content", get(file_actions::content))
        .route("/supply/{handle}/files/{no}/edit", post(file_actions::edit))
        .route("/supply/{handle}/files/{no}/grant", post(file_actions::grant))
        .route("/supply/{handle}/files/{no}/answer", post(file_actions::answer_problem))
        .route("/supply/{handle}/files/{no}/replace", post(upload::replace))
        .route("/supply/{handle}/files/{no}/remove", post(file_actions::remove))
}

/// Adds the pages of this part, to try templates with.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<file_page::FilePage>(frame);
    samples.add::<request_page::RequestPage>(frame);
}
