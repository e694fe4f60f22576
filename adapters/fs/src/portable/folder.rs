use crate::error::Error;
use crate::linked::Linked;
use desktop_delivery::ids::BlobKey;
use std::fs::{self, DirBuilder, File, Metadata, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The folder for unfinished puts.
pub(super) const INCOMING: &str = "incoming";

/// The folder that holds the blobs, accessed by path. The layout is the same as with Linux calls.
///
/// Links inside the folder are refused when detected; a process that may write to the folder could
/// still create one between the check and the call.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    /// Whether others may be able to read.
    is_shared: AtomicBool,
}

impl Folder {
    /// Opens the folder, creating it if it is missing.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        if !path.is_dir() {
            make(path, true, false)?;
            // Makes the names of the created ancestors durable.
            path.ancestors().skip(1).find(|above| above.exists()).map_or(Ok(()), sync_names)?;
        }
        // An absolute path, independent of the current folder.
        let folder = Self { root: path.canonicalize()?, is_shared: AtomicBool::new(false) };
        fs::read_dir(&folder.root)?;
        Ok(folder)
    }

    /// Lets the folder's access control list, or its group and the umask, decide who else can read
    /// what is created from now on.
    pub(crate) fn share(&self) {
        self.is_shared.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_shared(&self) -> bool {
        self.is_shared.load(Ordering::Relaxed)
    }

    /// Opens a blob and returns it with its size in bytes, or `None` if it does not exist.
    pub(crate) fn blob(&self, key: BlobKey) -> Result<Option<(File, u64)>, Error> {
        let Some(path) = self.existing_shelf(key)?.map(|shelf| shelf.join(key.to_string())) else {
            return Ok(None);
        };
        match metadata_of(&path)? {
            None => return Ok(None),
            Some(metadata) if !metadata.is_file() => return Err(Error::NotAFile),
            Some(_) => {}
        }
        let Some(file) = if_there(File::open(&path))? else { return Ok(None) };
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(Error::NotAFile);
        }
        Ok(Some((file, metadata.len())))
    }

    /// Deletes a blob; durably if the system can sync names.
    pub(crate) fn delete(&self, key: BlobKey) -> Result<(), Error> {
        if let Some(shelf) = self.existing_shelf(key)? {
            if_there(fs::remove_file(shelf.join(key.to_string())))?;
            sync_names(&shelf)?;
        }
        Ok(())
    }

    /// Returns the shelf of `key`, or `None` if it does not exist.
    fn existing_shelf(&self, key: BlobKey) -> Result<Option<PathBuf>, Error> {
        let shelf = self.shelf(key);
        match metadata_of(&shelf)? {
            Some(metadata) if !metadata.is_dir() => Err(Error::NotAFile),
            found => Ok(found.map(|_| shelf)),
        }
    }

    /// Returns the shelf of `key`, creating it if it is missing. Its name is then durable.
    pub(super) fn make_shelf(&self, key: BlobKey) -> Result<PathBuf, Error> {
        self.make_folder(self.shelf(key))
    }

    /// Returns the folder for unfinished puts, creating it if it is missing.
    pub(super) fn make_incoming(&self) -> Result<PathBuf, Error> {
        self.make_folder(self.root.join(INCOMING))
    }

    fn make_folder(&self, path: PathBuf) -> Result<PathBuf, Error> {
        match metadata_of(&path)? {
            Some(metadata) if !metadata.is_dir() => return Err(Error::NotAFile),
            Some(_) => {}
            None => match make(&path, false, self.is_shared()) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
                _ => {}
            },
        }
        // Also if it existed: another process may have just created it.
        sync_names(&self.root)?;
        Ok(path)
    }

    fn shelf(&self, key: BlobKey) -> PathBuf {
        let mut name = key.to_string();
        name.truncate(3);
        self.root.join(name)
    }

    /// Deletes the files left by puts whose process died, and returns how many files were deleted.
    pub(crate) fn sweep(&self) -> Result<u64, Error> {
        let mut swept = 0;
        for name in names(&self.root.join(INCOMING))? {
            let path = self.root.join(INCOMING).join(name);
            // A live put holds the lock of its file.
            let is_file = metadata_of(&path)?.is_some_and(|metadata| metadata.is_file());
            if is_file
                && let Some(file) = if_there(File::open(&path))?
                && is_abandoned(&file)?
                && if_there(fs::remove_file(&path))?.is_some()
            {
                swept += 1;
            }
        }
        Ok(swept)
    }

    /// Returns the keys of all blobs, shelf by shelf.
    pub(crate) fn keys(&self) -> Result<Vec<BlobKey>, Error> {
        let mut found = Vec::new();
        for shelf in self.shelves()? {
            let keys = names(&shelf)?.into_iter().filter_map(|name| BlobKey::parse(&name).ok());
            found.extend(keys.filter(|key| self.shelf(*key) == shelf));
        }
        Ok(found)
    }

    /// Hard-links the blob into another folder. The link is not durable yet.
    pub(crate) fn link(&self, to: &Self, key: BlobKey) -> Result<Linked, Error> {
        let name = key.to_string();
        let Some(source) = self.existing_shelf(key)?.map(|shelf| shelf.join(&name)) else {
            return Ok(Linked::Missing);
        };
        match metadata_of(&source)? {
            None => return Ok(Linked::Missing),
            Some(metadata) if !metadata.is_file() => return Err(Error::NotAFile),
            Some(_) => {}
        }
        let target = to.make_shelf(key)?.join(&name);
        match fs::hard_link(source, target) {
            Ok(()) => Ok(Linked::Done),
            Err(error) => match error.kind() {
                // The bytes of a key never change, so the existing blob is the same.
                ErrorKind::AlreadyExists => Ok(Linked::Done),
                ErrorKind::NotFound => Ok(Linked::Missing),
                kind if is_impossible(kind) => Ok(Linked::NotPossible),
                _ => Err(error.into()),
            },
        }
    }

    /// Waits until every name in the folder is on stable storage; the bytes are since their put.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        for shelf in self.shelves()? {
            sync_names(&shelf)?;
        }
        Ok(sync_names(&self.root)?)
    }

    fn shelves(&self) -> Result<Vec<PathBuf>, Error> {
        let mut shelves = Vec::new();
        for name in names(&self.root)? {
            let path = self.root.join(&name);
            if name.len() == 3 && metadata_of(&path)?.is_some_and(|metadata| metadata.is_dir()) {
                shelves.push(path);
            }
        }
        Ok(shelves)
    }
}

/// Returns whether a file is unlocked. Also `false` if files cannot be locked.
fn is_abandoned(file: &File) -> Result<bool, Error> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(false),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Returns whether an error means that a file cannot get a second name there.
pub(super) fn is_impossible(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::CrossesDevices
            | ErrorKind::PermissionDenied
            | ErrorKind::TooManyLinks
            | ErrorKind::Unsupported
    )
}

/// Returns the metadata of a path without following links, or `None` if nothing is there.
pub(super) fn metadata_of(path: &Path) -> io::Result<Option<Metadata>> {
    if_there(path.symlink_metadata())
}

/// Turns "not found" into `None`.
pub(super) fn if_there<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        outcome => outcome.map(Some),
    }
}

/// Returns the names in a folder that are valid UTF-8 (ours are ASCII), or none if it does not
/// exist.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in if_there(fs::read_dir(folder))?.into_iter().flatten() {
        names.extend(entry?.file_name().into_string());
    }
    Ok(names)
}

/// Creates a folder. Where the system supports that, it is accessible to its owner only, or
/// readable for its group if `is_shared`.
fn make(path: &Path, and_those_above: bool, is_shared: bool) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, if is_shared { 0o750 } else { 0o700 });
    #[cfg(not(unix))]
    let _ = is_shared;
    builder.recursive(and_those_above).create(path)
}

/// Makes the names in a folder durable.
#[cfg(unix)]
pub(super) fn sync_names(folder: &Path) -> io::Result<()> {
    // The parent of a bare file name is the empty path, which means the current folder.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

/// Does nothing: only Unix can sync a folder.
#[cfg(not(unix))]
pub(super) fn sync_names(_folder: &Path) -> io::Result<()> {
    Ok(())
}
