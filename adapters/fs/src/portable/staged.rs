use super::folder::{Folder, is_impossible, metadata_of, sync_names};
use crate::error::Error;
use bytes::Bytes;
use desktop_delivery::blob::Stored;
use desktop_delivery::ids::{BlobKey, Digest};
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Numbers the puts of this process so that names are unique.
static PUTS: AtomicU64 = AtomicU64::new(0);
/// Locked while a blob is renamed on a file system without hard links.
static RENAMING: Mutex<()> = Mutex::new(());

/// The bytes of an unfinished put, in a locked file in `incoming`. Dropping it deletes the file.
#[derive(Debug)]
pub(crate) struct Staged {
    folder: Arc<Folder>,
    file: File,
    path: PathBuf,
    size: u64,
}

/// A published blob. Dropping it deletes the blob unless it is kept.
#[derive(Debug)]
pub(crate) struct Published {
    shelf: PathBuf,
    path: Option<PathBuf>,
    stored: Stored,
}

impl Staged {
    pub(crate) fn begin(folder: Arc<Folder>, key: BlobKey) -> Result<Self, Error> {
        let incoming = folder.make_incoming()?;
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            let mode = if folder.is_shared() { 0o640 } else { 0o600 };
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        }
        loop {
            let number = PUTS.fetch_add(1, Ordering::Relaxed);
            let path = incoming.join(format!("{key}-{}-{number}", std::process::id()));
            match options.open(&path) {
                // Left by an earlier process with the same process id.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error.into()),
                Ok(file) => {
                    // A concurrent sweep may hold the lock or have deleted the file.
                    if lock(&file)? && metadata_of(&path)?.is_some() {
                        return Ok(Self { folder, file, path, size: 0 });
                    }
                }
            }
        }
    }

    /// Appends bytes.
    pub(crate) fn append(&mut self, pieces: &[Bytes]) -> Result<(), Error> {
        for piece in pieces {
            self.file.write_all(piece)?;
            self.size += piece.len() as u64;
        }
        Ok(())
    }

    /// Publishes the bytes under their key, which must not be taken: syncs the bytes, then the name
    /// of the shelf, then the name of the blob.
    pub(crate) fn publish(self, key: BlobKey, digest: Digest) -> Result<Published, Error> {
        self.file.sync_all()?;
        let shelf = self.folder.make_shelf(key)?;
        let path = shelf.join(key.to_string());
        place(&self.path, &path)?;
        let stored = Stored { size: self.size, digest };
        let published = Published { shelf, path: Some(path), stored };
        sync_names(&published.shelf)?;
        Ok(published)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Also removes the first name of a file published by a hard link. If deleting fails, the
        // file is swept later.
        let _ = fs::remove_file(&self.path);
    }
}

impl Published {
    /// Keeps the blob.
    pub(crate) fn keep(mut self) -> Stored {
        self.path = None;
        self.stored
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // If deleting fails, the ledger deletes the blob after the deadline of the upload.
            let _ = fs::remove_file(path).and_then(|()| sync_names(&self.shelf));
        }
    }
}

/// Locks a file that was just created. Returns `false` if a sweep holds the lock.
fn lock(file: &File) -> Result<bool, Error> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        // Without locks, no sweep can lock it either, and leftovers are not deleted.
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(true),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Renames a file to its final name, which must be free.
fn place(from: &Path, to: &Path) -> Result<(), Error> {
    match fs::hard_link(from, to) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Error::Taken),
        Err(error) if is_impossible(error.kind()) => rename(from, to),
        outcome => Ok(outcome?),
    }
}

/// Replaces [`place`] on a file system without hard links. Of two processes that store the same key
/// at once, the later one would win; within this process, one of them is refused.
fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    let _renaming = RENAMING.lock().unwrap_or_else(PoisonError::into_inner);
    match metadata_of(to)? {
        Some(_) => Err(Error::Taken),
        None => Ok(fs::rename(from, to)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_is_refused_without_hard_links() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name| folder.path().join(name);
        fs::write(path("new"), "new").unwrap();
        rename(&path("new"), &path("blob")).unwrap();
        fs::write(path("newer"), "newer").unwrap();
        let error = rename(&path("newer"), &path("blob")).unwrap_err();
        assert!(matches!(error, Error::Taken), "{error:?}");
        assert_eq!(fs::read_to_string(path("blob")).unwrap(), "new");
    }
}
