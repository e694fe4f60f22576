use crate::error::{ArchiveError, ArchiveErrorKind};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

/// Creates a folder that only its owner can use (mode 0700), and those above it that are missing. A
/// folder that exists stays as it is.
///
/// # Errors
/// [`ArchiveErrorKind::DataFolderUnusable`].
pub fn create_private_folder(folder: &Path) -> Result<(), ArchiveError> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| {
        let what = format!("the folder {} cannot be made", folder.display());
        ArchiveError::new(ArchiveErrorKind::DataFolderUnusable, what, error)
            .with_remedy("choose a folder that this user may write to")
    })
}
