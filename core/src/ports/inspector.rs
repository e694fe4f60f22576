use crate::model::file_name::FileName;
use crate::model::ids::{BlobKey, Digest};
use crate::model::input::LocalizedText;
use crate::ports::StoreError;
use crate::ports::blob_store::BlobStore;
use async_trait::async_trait;
use std::fmt::Debug;

/// Inspects an uploaded file before it is attached.
///
/// # Example
/// ```
/// # use desktop_delivery::{BlobStore, Inspector, StoreError};
/// # use desktop_delivery::input::LocalizedText;
/// # use desktop_delivery::inspect::{UploadInfo, Verdict};
/// # use futures_util::TryStreamExt as _;
/// /// Refuses truncated PDFs, which viewers report as damaged.
/// #[derive(Debug)]
/// struct CompletePdfs;
///
/// #[async_trait::async_trait]
/// impl Inspector for CompletePdfs {
///     async fn inspect(
///         &self,
///         file: &UploadInfo<'_>,
///         blobs: &dyn BlobStore,
///     ) -> Result<Verdict, StoreError> {
///         if file.media_type != "application/pdf" {
///             return Ok(Verdict::Accept);
///         }
///         let end = file.size.saturating_sub(1_024)..file.size;
///         let Some(end) = blobs.get(file.blob, Some(end)).await? else {
///             return Ok(Verdict::Accept);
///         };
///         let pieces = end.bytes.try_collect::<Vec<_>>().await;
///         let is_complete = pieces.is_ok_and(|pieces| {
///             pieces.concat().windows(5).any(|bytes| bytes == b"%%EOF")
///         });
///         Ok(match is_complete {
///             true => Verdict::Accept,
///             false => Verdict::Refuse { reason: LocalizedText::new("the PDF is truncated") },
///         })
///     }
/// }
/// ```
#[async_trait]
pub trait Inspector: Debug + Send + Sync {
    /// Inspects a file, whose bytes it may read from `blobs`.
    ///
    /// # Errors
    /// [`StoreError`] if no verdict was reached. The file is then not attached.
    async fn inspect(
        &self,
        file: &UploadInfo<'_>,
        blobs: &dyn BlobStore,
    ) -> Result<Verdict, StoreError>;
}

/// A file to inspect.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub struct UploadInfo<'a> {
    /// The key of its bytes.
    pub blob: BlobKey,
    /// Its name.
    pub file_name: &'a FileName,
    /// Its media type, detected from its content.
    pub media_type: &'a str,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256. The verdict applies to exactly these bytes.
    pub digest: Digest,
}

impl<'a> UploadInfo<'a> {
    pub(crate) const fn new(
        blob: BlobKey,
        file_name: &'a FileName,
        media_type: &'a str,
        size: u64,
        digest: Digest,
    ) -> Self {
        Self { blob, file_name, media_type, size, digest }
    }
}

/// The result of an inspection.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The file may be attached.
    Accept,
    /// The file must not be attached.
    Refuse {
        /// The reason, shown to the person who uploaded the file.
        reason: LocalizedText,
    },
}

/// Accepts every file that the policy allows.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing to hold")]
pub struct AcceptAll;

#[async_trait]
impl Inspector for AcceptAll {
    async fn inspect(&self, _: &UploadInfo<'_>, _: &dyn BlobStore) -> Result<Verdict, StoreError> {
        Ok(Verdict::Accept)
    }
}
