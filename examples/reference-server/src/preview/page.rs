use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Holds the image of one page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreviewPage {
    /// How many pages the file has.
    pub pages: u32,
    /// The image's width, pixels.
    pub width: u32,
    /// The image's height, pixels.
    pub height: u32,
    /// The image's format.
    pub image_type: ImageType,
    /// Whether all of the page is shown; `false` where a picture or a font in it cannot be drawn,
    /// or the file is cut off.
    pub is_whole: bool,
    /// The image.
    pub image: Bytes,
}

/// Names the format of a page image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ImageType {
    /// For scans and photographs.
    Jpeg,
    /// For text and drawings, which it shows exactly.
    Png,
}

impl ImageType {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}
