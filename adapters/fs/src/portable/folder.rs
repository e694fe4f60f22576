use crate::error::Error;
use crate::linked::Linked;
use desktop_delivery::ids::BlobKey;
use std::fs::{self, DirBuilder, File, Metadata, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Where puts under way lie.
pub(super) const INCOMING: &str = "incoming";

/// The folder that holds the blobs, by its path. Its files lie as Linux's own calls put them.
///
/// A link inside it is refused where it is seen; whoever may write into the folder could put one there
/// between the look and the call.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Opens the folder, and makes it where it is missing.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        if !path.is_dir() {
            make(path, true)?;
            // Those above it that were missing keep their names with it.
            path.ancestors().skip(1).find(|above| above.exists()).map_or(Ok(()), sync_names)?;
        }
        // A path of its own, whatever becomes the current folder.
        let folder = Self { root: path.canonicalize()? };
        fs::read_dir(&folder.root)?;
        Ok(folder)
    }

    /// Opens a blob and returns it with its size; `None` where there is none.
    pub(crate) fn blob(&self, key: BlobKey) -> Result<Option<(File, u64)>, Error> {
        let Some(path) = self.existing_shelf(key)?.map(|shelf| shelf.join(key.to_string())) else {
            return Ok(None);
        };
        match look(&path)? {
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

    /// Deletes a blob, durably where names can be made so.
    pub(crate) fn delete(&self, key: BlobKey) -> Result<(), Error> {
        if let Some(shelf) = self.existing_shelf(key)? {
            if_there(fs::remove_file(shelf.join(key.to_string())))?;
            sync_names(&shelf)?;
        }
        Ok(())
    }

    /// The shelf of `key`; `None` where there is none.
    fn existing_shelf(&self, key: BlobKey) -> Result<Option<PathBuf>, Error> {
        let shelf = self.shelf(key);
        match look(&shelf)? {
            Some(metadata) if !metadata.is_dir() => Err(Error::NotAFile),
            found => Ok(found.map(|_| shelf)),
        }
    }

    /// The shelf of `key`, made where it is missing; its own name is durable then.
    pub(super) fn make_shelf(&self, key: BlobKey) -> Result<PathBuf, Error> {
        self.make_folder(self.shelf(key))
    }

    /// The folder of puts under way, made where it is missing.
    pub(super) fn make_incoming(&self) -> Result<PathBuf, Error> {
        self.make_folder(self.root.join(INCOMING))
    }

    fn make_folder(&self, path: PathBuf) -> Result<PathBuf, Error> {
        match look(&path)? {
            Some(metadata) if !metadata.is_dir() => return Err(Error::NotAFile),
            Some(_) => {}
            None => match make(&path, false) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
                _ => {}
            },
        }
        // Also where it was there: another process may have made it a moment ago.
        sync_names(&self.root)?;
        Ok(path)
    }

    fn shelf(&self, key: BlobKey) -> PathBuf {
        let mut name = key.to_string();
        name.truncate(3);
        self.root.join(name)
    }

    /// Deletes what puts left that died with their process, and returns how many files that was.
    pub(crate) fn sweep(&self) -> Result<u64, Error> {
        let mut swept = 0;
        for name in names(&self.root.join(INCOMING))? {
            let path = self.root.join(INCOMING).join(name);
            // A put under way holds the lock of its file.
            let is_file = look(&path)?.is_some_and(|metadata| metadata.is_file());
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

    /// The keys of all blobs, shelf by shelf.
    pub(crate) fn keys(&self) -> Result<Vec<BlobKey>, Error> {
        let mut found = Vec::new();
        for shelf in self.shelves()? {
            let keys = names(&shelf)?.into_iter().filter_map(|name| BlobKey::parse(&name).ok());
            found.extend(keys.filter(|key| self.shelf(*key) == shelf));
        }
        Ok(found)
    }

    /// Gives the blob a second name, in another folder; not yet durably.
    pub(crate) fn link(&self, to: &Self, key: BlobKey) -> Result<Linked, Error> {
        let name = key.to_string();
        let Some(source) = self.existing_shelf(key)?.map(|shelf| shelf.join(&name)) else {
            return Ok(Linked::Missing);
        };
        match look(&source)? {
            None => return Ok(Linked::Missing),
            Some(metadata) if !metadata.is_file() => return Err(Error::NotAFile),
            Some(_) => {}
        }
        let target = to.make_shelf(key)?.join(&name);
        match fs::hard_link(source, target) {
            Ok(()) => Ok(Linked::Done),
            Err(error) => match error.kind() {
                // A key's bytes never change, so that what is there is the same.
                ErrorKind::AlreadyExists => Ok(Linked::Done),
                ErrorKind::NotFound => Ok(Linked::Missing),
                kind if is_impossible(kind) => Ok(Linked::NotPossible),
                _ => Err(error.into()),
            },
        }
    }

    /// Waits until every name in the folder is on stable storage, as the bytes are since their put.
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
            if name.len() == 3 && look(&path)?.is_some_and(|metadata| metadata.is_dir()) {
                shelves.push(path);
            }
        }
        Ok(shelves)
    }
}

/// Whether nobody holds the lock of a file; `false` also where files cannot be locked.
fn is_abandoned(file: &File) -> Result<bool, Error> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(false),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Whether an error means that no second name of a file can be made there.
pub(super) fn is_impossible(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::CrossesDevices
            | ErrorKind::PermissionDenied
            | ErrorKind::TooManyLinks
            | ErrorKind::Unsupported
    )
}

/// What lies at a path, without following a link; `None` where there is nothing.
pub(super) fn look(path: &Path) -> io::Result<Option<Metadata>> {
    if_there(path.symlink_metadata())
}

/// `None` for what is not there.
pub(super) fn if_there<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        outcome => outcome.map(Some),
    }
}

/// The names in a folder that are text, ours being ASCII; none where there is no folder.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in if_there(fs::read_dir(folder))?.into_iter().flatten() {
        names.extend(entry?.file_name().into_string());
    }
    Ok(names)
}

/// Makes a folder, for its owner alone where the system has such rights.
fn make(path: &Path, and_those_above: bool) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(and_those_above).create(path)
}

/// Makes the names in a folder durable.
#[cfg(unix)]
pub(super) fn sync_names(folder: &Path) -> io::Result<()> {
    // The current folder has an empty path as the parent of a name alone.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

/// Does nothing: only Unix has a call for it.
#[cfg(not(unix))]
pub(super) fn sync_names(_folder: &Path) -> io::Result<()> {
    Ok(())
}
