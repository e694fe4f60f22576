//! Detects the kind of an uploaded file from its bytes and, for containers, from their directories.

mod appended;
mod bytes;
mod compound_file;
pub(crate) mod endings;
mod file_kind;
mod findings;
mod forward;
mod head;
mod local_headers;
mod markup;
pub(crate) mod media_type;
mod pictures;
mod programs;
mod text;
mod window;
mod zip_archive;

pub use file_kind::FileKind;
pub(crate) use file_kind::STANDARD;
pub(crate) use head::SEARCHED_BYTES;

use crate::model::ids::BlobKey;
use crate::model::unsupported_file::ArchiveProblem;
use crate::ports::StoreError;
use crate::ports::blob_store::BlobStore;
use findings::Findings;
use head::Head;
use window::Window;
use zip_archive::Examined;

/// The findings about a stored file's content, before any policy applies.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileContent {
    /// The kind of file.
    pub kind: FileKind,
    /// The media type stated by the caller. It counts only if the bytes show none and the policy
    /// profile lists it.
    pub stated: Option<String>,
    /// Whether it is an office document with macros.
    pub has_macros: bool,
    /// Whether it is or contains a document in an old office format, whose macros may be
    /// undetected.
    pub has_old_office: bool,
    /// The name of a program, a script or a page in an archive.
    pub harmful_entry: Option<String>,
    /// The reason why an archive cannot be checked.
    pub archive: Option<ArchiveProblem>,
}

impl FileContent {
    /// Creates the findings about a file without problems.
    #[must_use]
    pub fn of(kind: FileKind) -> Self {
        Self::found(Findings::of(kind), None)
    }

    fn found(findings: Findings, stated: Option<&str>) -> Self {
        let Findings { kind, has_macros, has_old_office, harmful_entry, archive } = findings;
        let stated = stated.and_then(media_type::stated);
        Self { kind, stated, has_macros, has_old_office, harmful_entry, archive }
    }

    /// Examines a stored file whose first bytes are already known.
    ///
    /// Only containers are read again: the directories of ZIP archives, in a few ranges of at most
    /// 4 MiB in total, and the headers of their files; old office documents from end to end. Of
    /// other files, the last 64 KiB are checked for an appended archive.
    pub(crate) async fn examine(
        blobs: &dyn BlobStore,
        blob: BlobKey,
        size: u64,
        head: &[u8],
        stated: Option<&str>,
    ) -> Result<Self, StoreError> {
        let mut findings = match head::look_at(head) {
            Head::Plain(kind) => Findings::of(kind),
            Head::Compound => compound_file::examine(blobs, blob).await?,
            Head::Zip => {
                let findings = zip(blobs, blob, size, head).await?;
                return Ok(Self::found(findings, stated));
            }
        };
        if !findings.is_refused() && appended::has_archive(blobs, blob, size, head).await? {
            findings.archive = Some(ArchiveProblem::Combined);
        }
        Ok(Self::found(findings, stated))
    }

    /// Returns the media type before any policy applies: the detected one, or else the stated one.
    pub(crate) fn media_type(&self) -> &str {
        match (&self.kind, &self.stated) {
            (FileKind::Unknown, Some(stated)) if !media_type::is_active(stated) => stated,
            _ => self.kind.media_type(),
        }
    }
}

/// Examines a file that begins like a ZIP archive.
async fn zip(
    blobs: &dyn BlobStore,
    blob: BlobKey,
    size: u64,
    head: &[u8],
) -> Result<Findings, StoreError> {
    let mut window = Window::new(size, head);
    let examined = match window.run(blobs, blob, zip_archive::examine).await? {
        Ok(Ok(examined)) => examined,
        Ok(Err(problem)) => return Ok(Findings::archive(FileKind::Zip, problem)),
        Err(window::TooMuch) => {
            return Ok(Findings::archive(FileKind::Zip, ArchiveProblem::TooLarge));
        }
    };
    let Examined { mut findings, listed, directory } = examined;
    if !findings.is_refused() && !local_headers::agree(blobs, blob, listed, directory).await? {
        findings.archive = Some(ArchiveProblem::Inconsistent);
    }
    Ok(findings)
}
