use crate::Pages;
use crate::requests::Side;
use crate::web::Alert;
use desktop_delivery::Download;
use desktop_delivery_preview::{PreviewError, PreviewPage};

/// Renders a page of an opened file, or returns it from the cache.
pub(super) async fn render_page(
    pages: &Pages,
    opened: &Download,
    page: u32,
) -> Result<PreviewPage, PreviewError> {
    let bytes = async { pages.desk.read(opened, None).await.map_err(PreviewError::failed) };
    pages.previews.page((opened.digest, opened.size), page, bytes).await
}

/// Returns the alert that explains why there is no page, and what this library can do about it.
pub(super) fn alert(error: &PreviewError, side: Side) -> Alert {
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
