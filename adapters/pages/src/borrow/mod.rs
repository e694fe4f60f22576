//! The borrowing staff's pages: one request with the files that were sent for it.

mod acts;
mod copyright;
mod download;
mod file_box;
mod patron_box;
mod problem_line;
mod request_page;

use crate::Pages;
use crate::web::{Frame, Samples};
use axum::Router;
use axum::routing::{get, post};

pub(crate) fn routes() -> Router<Pages> {
    Router::new()
        .route("/borrow/{handle}", get(request_page::show))
        .route("/borrow/{handle}/download", post(download::download))
        .route("/borrow/{handle}/receive", post(acts::receive))
        .route("/borrow/{handle}/cancel", post(acts::cancel))
        .route("/borrow/{handle}/link", post(acts::make_link))
        .route("/borrow/{handle}/tell", post(acts::tell))
        .route("/borrow/{handle}/problem", post(acts::report_problem))
}

/// Adds the pages of this part, to try templates with.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<request_page::RequestPage>(frame);
}
