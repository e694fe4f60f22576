//! The pages on which patrons track their requests and open their links.

mod request;
mod requests;

use crate::Pages;
use crate::web::{Frame, Samples};
use desktop_delivery_http::Routes;

pub(crate) fn routes() -> Routes<Pages> {
    Routes::new()
        .get("/track/requests", requests::show)
        .get("/track/requests/{handle}", request::show)
        .post("/track/requests/{handle}/open", request::open)
}

/// Adds sample pages of this module for checking templates.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<request::RequestPage>(frame);
    samples.add::<requests::RequestsPage>(frame);
}
