use std::error::Error;
use std::sync::Arc;

/// Says why a page is not shown, so that staff know whether to try again, download the file, or
/// report it to the lending library.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PreviewError {
    /// Others are looked at: a moment later it may go.
    #[error("too many pages are being drawn at once")]
    Busy,
    /// The file cannot be read, or only by programs that know it better.
    #[error("the file is damaged, or too complex to draw")]
    Damaged,
    /// The file asks for a password.
    #[error("the file is protected by a password")]
    Encrypted,
    /// The server failed, not the file.
    #[error("the page could not be drawn")]
    Failed(#[source] Arc<dyn Error + Send + Sync>),
    /// The file has fewer pages, counted from 1.
    #[error("the file has {pages} pages")]
    NoSuchPage {
        /// How many it has.
        pages: u32,
    },
    /// The file is larger than what is drawn.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The most, bytes.
        limit: u64,
    },
    /// The page took longer than a page may.
    #[error("the page took too long to draw")]
    TooSlow,
    /// The file is not known to be damaged, but its kind is not supported, such as an office file
    /// or a TIFF with a rare compression.
    #[error("previews of this kind of file are not supported")]
    Unsupported,
}

impl PreviewError {
    /// The server failed.
    pub fn failed(source: impl Error + Send + Sync + 'static) -> Self {
        Self::Failed(Arc::new(source))
    }

    /// Whether the file is to blame, so that another try gives the same.
    pub(super) const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Damaged | Self::Encrypted | Self::NoSuchPage { .. } | Self::Unsupported
        )
    }
}
