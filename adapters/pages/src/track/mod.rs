//! Patrons follow their own requests, and go on to the link page.

mod request;
mod requests;

use crate::Pages;
use axum::Router;
use axum::routing::{get, post};

pub(crate) fn routes() -> Router<Pages> {
    Router::new()
        .route("/track/requests", get(requests::show))
        .route("/track/requests/{handle}", get(request::show))
        .route("/track/requests/{handle}/open", post(request::open))
}
