//! Previews of files as page images, for the staff of both libraries.

mod image;
mod image_key;
mod page_image;
mod viewer;

use crate::Pages;
use crate::web::{Frame, Samples};
use desktop_delivery_http::Routes;

pub(crate) fn lending() -> Routes<Pages> {
    Routes::new().get("/supply/{handle}/files/{no}/pages", viewer::supply)
}

pub(crate) fn borrowing() -> Routes<Pages> {
    Routes::new().get("/borrow/{handle}/files/{no}/pages", viewer::borrow)
}

/// Returns the route of page images, for both libraries.
pub(crate) fn images() -> Routes<Pages> {
    Routes::new().get("/pages/{handle}/{no}/{page}/{key}", image::show)
}

/// Adds sample pages of this module for checking templates.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<viewer::ViewerPage>(frame);
}
