use crate::engines::{BLOBS, DATABASE};
use crate::error::{ArchiveError, ArchiveErrorKind};
use std::fs::DirBuilder;
use std::io::ErrorKind;
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

/// Returns whether a data folder contains no installation yet; it may be missing. `key_file` is the
/// file of the signing keys, if they are in one.
///
/// Refuses a folder whose database is missing, because a new database would not refer to the
/// documents there.
///
/// # Errors
/// [`ArchiveErrorKind::DatabaseMissing`], and [`ArchiveErrorKind::Unexpected`] if the folder cannot
/// be read.
pub fn is_new_data_folder(folder: &Path, key_file: Option<&Path>) -> Result<bool, ArchiveError> {
    let database = folder.join(DATABASE);
    let unreadable = |error| {
        let what = format!("could not read the data folder {}", folder.display());
        ArchiveError::new(ArchiveErrorKind::Unexpected, what, error)
    };
    match std::fs::metadata(&database) {
        Ok(file) if file.len() > 0 => return Ok(false),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(unreadable(error)),
        _ => {}
    }
    let blobs = folder.join(BLOBS);
    let exists = |path: &Path| path.try_exists().map_err(unreadable);
    // The database is created after the keys and before the folder of files.
    let beside = if has_file(&blobs).map_err(unreadable)? {
        "documents in blobs"
    } else if key_file.is_some_and(Path::exists) && exists(&blobs)? {
        "signing keys and the folder blobs"
    } else if exists(&folder.join(format!("{DATABASE}-wal")))? {
        "its write-ahead log"
    } else {
        return Ok(true);
    };
    let state = if database.exists() { "empty" } else { "missing" };
    let what = format!("the database {} is {state} beside {beside}", database.display());
    Err(ArchiveError::plain(ArchiveErrorKind::DatabaseMissing, what)
        .with_remedy("put the database back, or choose an empty folder"))
}

/// Returns whether a folder contains any file at any depth. The folder may be missing.
fn has_file(folder: &Path) -> std::io::Result<bool> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        // Missing, or not ours, such as `lost+found` on a mounted disk.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => {
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        if !entry.file_type()?.is_dir() || has_file(&entry.path())? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_without_its_database_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (data, keys) = (folder.path().join("data"), folder.path().join("data/keys.json"));
        let is_new = || is_new_data_folder(&data, Some(&keys));
        assert!(is_new().unwrap(), "the folder is missing");
        fs::create_dir_all(data.join(BLOBS).join("07f")).unwrap();
        assert!(is_new().unwrap(), "only folders");
        let refused = |said: &str| {
            let error = is_new().unwrap_err();
            assert_eq!(error.kind(), ArchiveErrorKind::DatabaseMissing);
            assert!(error.to_string().ends_with(said), "{error}");
        };
        fs::write(&keys, "{}").unwrap();
        refused("is missing beside signing keys and the folder blobs");
        fs::write(data.join(BLOBS).join("07f/07f3"), "bytes").unwrap();
        fs::write(data.join(DATABASE), "").unwrap();
        refused("is empty beside documents in blobs");
        fs::remove_dir_all(data.join(BLOBS)).unwrap();
        fs::write(data.join(format!("{DATABASE}-wal")), "log").unwrap();
        refused("is empty beside its write-ahead log");
        fs::write(data.join(DATABASE), "SQLite").unwrap();
        assert!(!is_new().unwrap());
    }
}
