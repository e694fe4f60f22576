use crate::error::{ArchiveError, ArchiveErrorKind};
use std::fs::DirBuilder;
use std::path::Path;

/// Creates a folder that is accessible to its owner only (mode 0700 on Unix), with its missing
/// parents. An existing folder is not changed.
///
/// # Errors
/// [`ArchiveErrorKind::DataFolderUnusable`].
pub fn create_private_folder(folder: &Path) -> Result<(), ArchiveError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder).map_err(|error| {
        let what = format!("the folder {} cannot be created", folder.display());
        ArchiveError::new(ArchiveErrorKind::DataFolderUnusable, what, error)
            .with_remedy("choose a folder that this user may write to")
    })
}
