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
use crate::web::{Failure, Visitor};
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use desktop_delivery_http::{Problem, is_api, wants_json};
use http::{HeaderMap, StatusCode, Uri};
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

/// The answer to opening a form's address without the form: a page that explains it and leads back.
pub(crate) async fn wrong_method(visitor: Visitor) -> Response {
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "method").show(&visitor.frame)
}

/// Where no route leads: a page for people, a problem for programs.
pub(crate) async fn nowhere(visitor: Visitor, uri: Uri, headers: HeaderMap) -> Response {
    // Behind a token, a page must run and lead to as little as that of the link.
    let has_token = ["/d/", "/t/"].iter().any(|start| uri.path().starts_with(start));
    if has_token || is_api(uri.path()) || wants_json(&headers) {
        return Problem::not_found().answer_at(uri.path(), &headers);
    }
    visitor.frame.not_found()
}
