//! The history of a request: who did what and when, in words, to read and to keep.

mod export;
mod page;
mod people;
mod words;

pub(super) use people::People;

use crate::assemble::Server;
use axum::Router;
use axum::routing::get;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/supply/{handle}/history", get(page::supply))
        .route("/supply/{handle}/history.csv", get(export::supply_csv))
        .route("/supply/{handle}/history.json", get(export::supply_json))
        .route("/borrow/{handle}/history", get(page::borrow))
        .route("/borrow/{handle}/history.csv", get(export::borrow_csv))
        .route("/borrow/{handle}/history.json", get(export::borrow_json))
}
