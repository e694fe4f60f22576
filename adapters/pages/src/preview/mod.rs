//! Previews of files as page images, for the staff of both libraries.

mod image;
mod image_key;
mod viewer;

use crate::Pages;
use crate::requests::Side;
use crate::web::Alert;
use crate::web::{Frame, Routes, Samples};
use desktop_delivery::Download;
use desktop_delivery_preview::{PreviewError, PreviewPage};

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

/// Renders a page of an opened file, or returns it from the cache.
async fn drawn(pages: &Pages, opened: &Download, page: u32) -> Result<PreviewPage, PreviewError> {
    let bytes = async { pages.desk.read(opened, None).await.map_err(PreviewError::failed) };
    pages.previews.page((opened.digest, opened.size), page, bytes).await
}

/// Returns the alert that explains why there is no page, and what this library can do about it.
fn alert(error: &PreviewError, side: Side) -> Alert {
    Alert::Named(match (error, side) {
        (PreviewError::Damaged, Side::Lending) => "preview-damaged-supplier",
        (PreviewError::Encrypted, Side::Lending) => "preview-encrypted-supplier",
        (error, _) => named(error),
    })
}

const fn named(error: &PreviewError) -> &'static str {
    match error {
        PreviewError::Busy => "preview-busy",
        PreviewError::Damaged => "preview-damaged",
        PreviewError::Encrypted => "preview-encrypted",
        PreviewError::NoSuchPage { .. } => "preview-no-such-page",
        PreviewError::TooLarge { .. } => "preview-too-large",
        PreviewError::TooSlow => "preview-too-slow",
        PreviewError::Unsupported => "preview-unsupported",
        _ => "preview-failed",
    }
}

/// Adds sample pages of this module for checking templates.
pub(crate) fn samples(frame: &Frame, samples: &mut Samples) {
    samples.add::<viewer::ViewerPage>(frame);
}
