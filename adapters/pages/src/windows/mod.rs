//! Windows: one task of one person, inside the pages of a host's own site.
//!
//! A window is the content of the ordinary pages in a plain frame. [`rules`] states what each
//! window may do; [`confined`] passes on only requests that the rules permit, with the [`Visit`] in
//! their extensions, from which the extractors of visitors take the person.

mod api;
mod api_json;
mod confined;
mod done;
mod door;
mod headers;
mod link_page;
mod notice;
mod offer;
mod rules;
mod state;
mod visit;
mod window_parts;

pub use api::{window_api, window_api_routes, window_openapi};
pub use offer::{WindowAddress, WindowOffer, WindowPerson, WindowPlace};
pub(crate) use rules::actions;
pub(crate) use state::WindowState;
pub(crate) use visit::Visit;
pub use window_parts::WindowParts;

use crate::web::{Frame, Samples};
use desktop_delivery_http::Routes;

/// Returns the routes of windows: the address that opens one, and the pages of an open one.
pub(crate) fn routes() -> Routes<WindowState> {
    Routes::new()
        .get("/w/{code}", door::show)
        .post("/w/{code}", door::redeem)
        .get("/windows/{id}", confined::start)
        .get("/windows/{id}/", confined::start)
        .post("/windows/{id}/done", done::done)
        .get("/windows/{id}/{*path}", confined::enter)
        .post("/windows/{id}/{*path}", confined::enter)
}

/// Adds sample pages of this module for checking templates.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<door::DoorPage>(frame);
    samples.add::<link_page::LinkPage>(frame);
    samples.add::<notice::NoticePage>(frame);
}
