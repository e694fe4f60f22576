//! Patrons follow their own requests: a sign-in with what they entered when requesting, their requests,
//! and the way to the link page.

mod request;
mod requests;
mod sign_in;

use crate::assemble::Server;
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/track", get(sign_in::show))
        .route("/track/sign-in", post(sign_in::sign_in))
        .route("/track/sign-out", post(sign_in::sign_out))
        .route("/track/requests", get(requests::show))
        .route("/track/requests/{handle}", get(request::show))
        .route("/track/requests/{handle}/open", post(request::open))
}
