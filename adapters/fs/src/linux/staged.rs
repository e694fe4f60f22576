use super::folder::{AS_FOLDER, Folder, unlink_in};
use crate::error::Error;
use bytes::Bytes;
use desktop_delivery::ids::BlobKey;
use rustix::fs::{Advice, FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io::Write as _;
use std::num::NonZeroU64;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// The folder for unfinished puts that need a name.
pub(crate) const INCOMING: &str = "incoming";
/// The number of bytes after which the kernel is asked to start writing. The disk then works while
/// bytes are hashed, and the sync at the end has little left to do.
const WRITE_BACK: u64 = 2 * 1024 * 1024;

/// How an unfinished put is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hiding {
    /// Under a name in the incoming folder.
    Named,
    /// Without a name, so that a crash leaves nothing; named if the file system lacks unnamed
    /// files.
    Unnamed,
}

/// The bytes of an unfinished put, in a file that is not visible as a blob. Dropping it deletes the
/// file.
#[derive(Debug)]
pub(crate) struct Staged {
    pub(crate) folder: Arc<Folder>,
    pub(crate) file: File,
    pub(crate) name: Option<Name>,
    pub(crate) size: u64,
    written_back: u64,
}

/// The name of an unfinished put in the incoming folder.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) incoming: OwnedFd,
    pub(crate) name: String,
}

impl Staged {
    pub(crate) fn begin(folder: Arc<Folder>, hiding: Hiding, key: BlobKey) -> Result<Self, Error> {
        let unnamed = match hiding {
            Hiding::Named => None,
            Hiding::Unnamed => create_unnamed(&folder)?,
        };
        let (file, name) = match unnamed {
            Some(file) => (file, None),
            None => {
                let (file, name) = create_named(&folder, key)?;
                (file, Some(name))
            }
        };
        Ok(Self { folder, file: file.into(), name, size: 0, written_back: 0 })
    }

    /// Appends bytes.
    pub(crate) fn append(&mut self, pieces: &[Bytes]) -> Result<(), Error> {
        for piece in pieces {
            self.file.write_all(piece)?;
            self.size += piece.len() as u64;
        }
        let dirty = self.size - self.written_back;
        if dirty >= WRITE_BACK {
            // DONTNEED starts writing dirty pages. It drops only clean pages, and these are dirty.
            // Where it has no effect, the sync at the end writes everything.
            let _ = rustix::fs::fadvise(
                &self.file,
                self.written_back,
                NonZeroU64::new(dirty),
                Advice::DontNeed,
            );
            self.written_back = self.size;
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            // If deleting fails, the file is swept later.
            let _ = unlink_in(&name.incoming, &name.name);
        }
    }
}

/// Creates an unnamed file, or returns `None` if the file system does not support them.
fn create_unnamed(folder: &Folder) -> Result<Option<OwnedFd>, Errno> {
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    match rustix::fs::openat(folder.root(), ".", flags, folder.file_mode()) {
        // The answers of file systems and kernels that do not know the flag.
        Err(Errno::INVAL | Errno::ISDIR | Errno::NOENT | Errno::OPNOTSUPP) => Ok(None),
        outcome => outcome.map(Some),
    }
}

/// Creates a file with a new name and locks it for as long as it is open. Acquiring the lock of
/// such a file proves that its put has died.
fn create_named(folder: &Folder, key: BlobKey) -> Result<(OwnedFd, Name), Errno> {
    let open = || rustix::fs::openat(folder.root(), INCOMING, AS_FOLDER, Mode::empty());
    let incoming = match open() {
        Err(Errno::NOENT) => {
            folder.make_in_root(INCOMING)?;
            open()?
        }
        outcome => outcome?,
    };
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
    // Existing names belong to other puts of the key or to dead ones.
    let mut number = 0_u64;
    loop {
        let name = format!("{key}-{number}");
        match rustix::fs::openat(&incoming, &name, flags, folder.file_mode()) {
            Err(Errno::EXIST) => {}
            outcome => {
                let file = outcome?;
                if lock(&file)? && rustix::fs::fstat(&file)?.st_nlink > 0 {
                    return Ok((file, Name { incoming, name }));
                }
            }
        }
        number += 1;
    }
}

/// Locks a file that was just created. Returns `false` if a sweep holds the lock and will delete
/// it.
fn lock(file: &OwnedFd) -> Result<bool, Errno> {
    match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        // Without locks, no sweep can lock it either, and leftovers are not deleted.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(true),
        Err(error) => Err(error),
    }
}
