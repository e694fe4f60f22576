use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// The image of one page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreviewPage {
    /// The number of pages in the file.
    pub pages: u32,
    /// The width of the image in pixels.
    pub width: u32,
    /// The height of the image in pixels.
    pub height: u32,
    /// The format of the image.
    pub image_type: ImageType,
    /// Whether the page is complete: `false` if a picture or a font cannot be drawn, or the file is
    /// truncated.
    pub is_whole: bool,
    /// The image, encoded as `image_type`.
    pub image: Bytes,
}

/// The format of a page image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ImageType {
    /// Used for scans and photographs.
    Jpeg,
    /// Lossless, used for text and drawings.
    Png,
}

impl ImageType {
    /// Returns the media type of the format.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}
