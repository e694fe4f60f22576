//! Patrons follow their own requests, and go on to the link page.

mod request;
mod requests;

use crate::Pages;
use crate::web::{Frame, Samples};
use axum::Router;
use axum::routing::{get, post};

pub(crate) fn routes() -> Router<Pages> {
    Router::new()
        .route("/track/requests", get(requests::show))
        .route("/track/requests/{handle}", get(request::show))
        .route("/track/requests/{handle}/open", post(request::open))
}

/// Adds the pages of this part, to try templates with.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<request::RequestPage>(frame);
    samples.add::<requests::RequestsPage>(frame);
}
