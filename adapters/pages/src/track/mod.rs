//! Patrons follow their own requests, and go on to the link page.

mod request;
mod requests;

use crate::Pages;
use crate::web::{Frame, Routes, Samples};

pub(crate) fn routes() -> Routes<Pages> {
    Routes::new()
        .get("/track/requests", requests::show)
        .get("/track/requests/{handle}", request::show)
        .post("/track/requests/{handle}/open", request::open)
}

/// Adds the pages of this part, to try templates with.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<request::RequestPage>(frame);
    samples.add::<requests::RequestsPage>(frame);
}
