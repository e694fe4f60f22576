//! The history of a request: who did what, and when, as a page and as downloads.

mod event_texts;
mod export;
mod page;
mod people;

pub(super) use people::People;

use crate::Pages;
use crate::web::{Frame, Samples};
use desktop_delivery_http::Routes;

pub(crate) fn lending() -> Routes<Pages> {
    Routes::new()
        .get("/supply/{handle}/history", page::supply)
        .get("/supply/{handle}/history.csv", export::supply_csv)
        .get("/supply/{handle}/history.json", export::supply_json)
}

pub(crate) fn borrowing() -> Routes<Pages> {
    Routes::new()
        .get("/borrow/{handle}/history", page::borrow)
        .get("/borrow/{handle}/history.csv", export::borrow_csv)
        .get("/borrow/{handle}/history.json", export::borrow_json)
}

/// Adds sample pages of this module for checking templates.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<page::HistoryPage>(frame);
}
