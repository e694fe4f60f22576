//! The page of a request for the borrowing library's staff.

mod actions;
mod copyright;
mod download;
mod file_box;
mod patron_box;
mod problem_line;
mod request_page;

use crate::Pages;
use crate::web::{Frame, Samples};
use desktop_delivery_http::Routes;

pub(crate) fn routes() -> Routes<Pages> {
    Routes::new()
        .get("/borrow/{handle}", request_page::show)
        .post("/borrow/{handle}/download", download::download)
        .post("/borrow/{handle}/receive", actions::receive)
        .post("/borrow/{handle}/cancel", actions::cancel)
        .post("/borrow/{handle}/link", actions::create_link)
        .post("/borrow/{handle}/notify", actions::notify)
        .post("/borrow/{handle}/problem", actions::report_problem)
}

/// Adds sample pages of this module for checking templates.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<request_page::RequestPage>(frame);
}
