use std::error::Error;
use std::sync::Arc;

/// The reason why a page is not shown, which determines whether to try again, to download the file,
/// or to report a problem to the lending library.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PreviewError {
    /// Too many pages are being drawn, and the call waited for
    /// [`PreviewLimits::timeout`](crate::PreviewLimits::timeout). Try again.
    #[error("too many pages are being drawn at once")]
    Busy,
    /// The file is damaged or too complex for the decoders.
    #[error("the file is damaged, or too complex to draw")]
    Damaged,
    /// The file requires a password.
    #[error("the file is password-protected")]
    Encrypted,
    /// The worker could not be started or the bytes could not be read. The file may be fine.
    #[error("could not draw the page")]
    Failed(#[source] Arc<dyn Error + Send + Sync>),
    /// The page number is 0 or past the last page.
    #[error("the file has {pages} pages")]
    NoSuchPage {
        /// The number of pages in the file.
        pages: u32,
    },
    /// The file is larger than [`PreviewLimits::file_bytes`](crate::PreviewLimits::file_bytes).
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The maximum size of a file in bytes.
        limit: u64,
    },
    /// The page took more time or processor time than the limits allow.
    #[error("the page took too long to draw")]
    TooSlow,
    /// The format is not supported, such as an office file or a TIFF with a rare compression, or
    /// this build cannot draw pages ([`Previews::ARE_BUILT`](crate::Previews::ARE_BUILT)).
    #[error("previews of this kind of file are not supported")]
    Unsupported,
}

impl PreviewError {
    /// Wraps a failure of the host, such as an error of the store that the file is read from.
    pub fn failed(source: impl Error + Send + Sync + 'static) -> Self {
        Self::Failed(Arc::new(source))
    }

    /// Returns whether the cause is in the file, so that another attempt would fail too.
    pub(super) const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Damaged | Self::Encrypted | Self::NoSuchPage { .. } | Self::Unsupported
        )
    }
}
