use crate::error::Error;
use crate::linked::Linked;
#[cfg(target_os = "linux")]
use crate::linux;
use crate::portable;
use bytes::Bytes;
use desktop_delivery::blob::Stored;
use desktop_delivery::ids::{BlobKey, Digest};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// The system calls used on the folder. The layout of the folder is the same for each.
#[derive(Clone, Debug)]
pub(crate) enum Engine {
    #[cfg(target_os = "linux")]
    Linux(Arc<linux::Folder>, linux::Hiding),
    Portable(Arc<portable::Folder>),
}

/// The bytes of an unfinished put. Dropping them deletes them.
#[derive(Debug)]
pub(crate) enum Staged {
    #[cfg(target_os = "linux")]
    Linux(linux::Staged),
    Portable(portable::Staged),
}

/// A blob published durably. Dropping it deletes the blob unless it is kept.
#[derive(Debug)]
pub(crate) enum Published {
    #[cfg(target_os = "linux")]
    Linux(linux::Published),
    Portable(portable::Published),
}

impl Engine {
    /// Opens the folder with the best calls of this system.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        #[cfg(target_os = "linux")]
        return Ok(Self::Linux(Arc::new(linux::Folder::open(path)?), linux::Hiding::Unnamed));
        #[cfg(not(target_os = "linux"))]
        Self::open_portably(path)
    }

    /// Opens the folder with the calls of the standard library only.
    pub(crate) fn open_portably(path: &Path) -> Result<Self, Error> {
        Ok(Self::Portable(Arc::new(portable::Folder::open(path)?)))
    }

    /// Lets others read what is created from now on, as far as the folder allows it.
    pub(crate) fn share(&self) {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(folder, _) => folder.share(),
            Self::Portable(folder) => folder.share(),
        }
    }

    /// Stores unfinished puts under file names, as is always done outside Linux.
    pub(crate) fn name_files(&mut self) {
        #[cfg(target_os = "linux")]
        if let Self::Linux(_, hiding) = self {
            *hiding = linux::Hiding::Named;
        }
    }

    /// Opens a blob without waiting for the disk. Returns `None` if that is not certain to work.
    pub(crate) fn blob_at_once(&self, key: BlobKey) -> Option<Result<Option<(File, u64)>, Error>> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(folder, _) => match folder.blob(key, linux::Wait::Never) {
                Err(error) if error.is_wait() => None,
                outcome => Some(outcome),
            },
            Self::Portable(_) => {
                let _ = key;
                None
            }
        }
    }

    /// Opens a blob and returns it with its size in bytes, or `None` if it does not exist.
    pub(crate) fn blob(&self, key: BlobKey) -> Result<Option<(File, u64)>, Error> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(folder, _) => folder.blob(key, linux::Wait::Allowed),
            Self::Portable(folder) => folder.blob(key),
        }
    }

    /// Returns whether reads that would wait for the disk can be detected.
    pub(crate) const fn may_peek(&self) -> bool {
        !matches!(self, Self::Portable(_))
    }

    pub(crate) fn begin(&self, key: BlobKey) -> Result<Staged, Error> {
        Ok(match self {
            #[cfg(target_os = "linux")]
            Self::Linux(folder, hiding) => {
                Staged::Linux(linux::Staged::begin(Arc::clone(folder), *hiding, key)?)
            }
            Self::Portable(folder) => {
                Staged::Portable(portable::Staged::begin(Arc::clone(folder), key)?)
            }
        })
    }

    pub(crate) fn delete(&self, key: BlobKey) -> Result<(), Error> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(folder, _) => linux::delete(folder, key),
            Self::Portable(folder) => folder.delete(key),
        }
    }

    pub(crate) fn sweep(&self) -> Result<u64, Error> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(folder, _) => linux::sweep(folder),
            Self::Portable(folder) => folder.sweep(),
        }
    }

    pub(crate) fn keys(&self) -> Result<Vec<BlobKey>, Error> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(folder, _) => linux::keys(folder),
            Self::Portable(folder) => folder.keys(),
        }
    }

    pub(crate) fn link(&self, key: BlobKey, to: &Self) -> Result<Linked, Error> {
        match (self, to) {
            #[cfg(target_os = "linux")]
            (Self::Linux(from, _), Self::Linux(to, _)) => linux::link(from, to, key),
            (Self::Portable(from), Self::Portable(to)) => from.link(to, key),
            #[cfg(target_os = "linux")]
            _ => Ok(Linked::NotPossible),
        }
    }

    pub(crate) fn sync(&self) -> Result<(), Error> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(folder, _) => linux::sync(folder),
            Self::Portable(folder) => folder.sync(),
        }
    }
}

impl Staged {
    /// Appends bytes.
    pub(crate) fn append(&mut self, pieces: &[Bytes]) -> Result<(), Error> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(staged) => staged.append(pieces),
            Self::Portable(staged) => staged.append(pieces),
        }
    }

    /// Publishes the bytes under their key, durably. Fails if the key is taken.
    pub(crate) fn publish(self, key: BlobKey, digest: Digest) -> Result<Published, Error> {
        Ok(match self {
            #[cfg(target_os = "linux")]
            Self::Linux(staged) => Published::Linux(staged.publish(key, digest)?),
            Self::Portable(staged) => Published::Portable(staged.publish(key, digest)?),
        })
    }
}

impl Published {
    /// Keeps the blob.
    pub(crate) fn keep(self) -> Stored {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(published) => published.keep(),
            Self::Portable(published) => published.keep(),
        }
    }
}
