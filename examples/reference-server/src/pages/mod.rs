//! The pages, a folder for each part: what its addresses show and do.

mod account;
mod borrow;
mod history;
mod home;
mod library;
mod preview;
mod requests;
mod sign_in;
mod supply;
mod track;

use crate::assemble::Server;
use crate::web::Visitor;
use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use desktop_delivery_http::{Problem, wants_json};
use http::HeaderMap;
use std::sync::Arc;

pub(crate) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/", get(home::show))
        .route("/language", get(home::choose_language))
        .merge(sign_in::routes())
        .merge(account::routes())
        .merge(requests::routes())
        .merge(supply::routes())
        .merge(borrow::routes())
        .merge(preview::routes())
        .merge(library::routes())
        .merge(track::routes())
        .merge(history::routes())
}

/// Where no route leads: a page for people, a problem for programs.
pub(crate) async fn nowhere(visitor: Visitor, headers: HeaderMap) -> Response {
    if wants_json(&headers) {
        return Problem::not_found().into_response();
    }
    visitor.frame.not_found()
}
