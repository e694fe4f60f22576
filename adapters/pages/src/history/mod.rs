//! The history of a request: who did what and when, in words, to read and to keep.

mod export;
mod page;
mod people;
mod words;

pub(super) use people::People;

use crate::Pages;
use crate::web::{Frame, Samples};
use axum::Router;
use axum::routing::get;

pub(crate) fn lending() -> Router<Pages> {
    Router::new()
        .route("/supply/{handle}/history", get(page::supply))
        .route("/supply/{handle}/history.csv", get(export::supply_csv))
        .route("/supply/{handle}/history.json", get(export::supply_json))
}

pub(crate) fn borrowing() -> Router<Pages> {
    Router::new()
        .route("/borrow/{handle}/history", get(page::borrow))
        .route("/borrow/{handle}/history.csv", get(export::borrow_csv))
        .route("/borrow/{handle}/history.json", get(export::borrow_json))
}

/// Adds the pages of this part, to try templates with.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<page::HistoryPage>(frame);
}
