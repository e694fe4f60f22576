use super::folder::{AS_FOLDER, Folder, make_in, unlink_in};
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

/// Where puts under way lie that need a name.
pub(crate) const INCOMING: &str = "incoming";
/// The rights on our files: their owner's alone.
const FILE_MODE: Mode = Mode::RUSR.union(Mode::WUSR);
/// Bytes after which the kernel is told to begin writing, so that the disk works while we hash and
/// the sync at the end has little left to wait for.
const WRITE_BACK: u64 = 2 * 1024 * 1024;

/// Tells how a put under way is kept out of sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hiding {
    /// Under a name in the folder of incoming files.
    Named,
    /// Without any name, so that a crash leaves nothing; named where the file system cannot.
    Unnamed,
}

/// The bytes of a put under way, in a file that nobody sees; dropping it deletes them.
#[derive(Debug)]
pub(crate) struct Staged {
    pub(crate) folder: Arc<Folder>,
    pub(crate) file: File,
    pub(crate) name: Option<Name>,
    pub(crate) size: u64,
    written_back: u64,
}

/// The name of a put under way, in the folder of incoming files.
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

    /// Writes the bytes that come next.
    pub(crate) fn append(&mut self, pieces: &[Bytes]) -> Result<(), Error> {
        for piece in pieces {
            self.file.write_all(piece)?;
            self.size += piece.len() as u64;
        }
        let dirty = self.size - self.written_back;
        if dirty >= WRITE_BACK {
            // "Not needed" begins to write what is dirty; it drops only what is on the disk already,
            // which none of this is. Where it does nothing, the sync at the end does it all.
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
            // What cannot be deleted now is swept later.
            let _ = unlink_in(&name.incoming, &name.name);
        }
    }
}

/// Creates a file without a name; `None` where the file system has none.
fn create_unnamed(folder: &Folder) -> Result<Option<OwnedFd>, Errno> {
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    match rustix::fs::openat(folder.root(), ".", flags, FILE_MODE) {
        // What file systems and kernels answer that do not know the flag.
        Err(Errno::INVAL | Errno::ISDIR | Errno::NOENT | Errno::OPNOTSUPP) => Ok(None),
        outcome => outcome.map(Some),
    }
}

/// Creates a file of a new name, locked as long as it is open: who gets the lock of such a file
/// knows that its put has died, by whatever death.
fn create_named(folder: &Folder, key: BlobKey) -> Result<(OwnedFd, Name), Errno> {
    let open = || rustix::fs::openat(folder.root(), INCOMING, AS_FOLDER, Mode::empty());
    let incoming = match open() {
        Err(Errno::NOENT) => {
            make_in(folder.root(), INCOMING)?;
            open()?
        }
        outcome => outcome?,
    };
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
    // Names in use belong to other puts of the key and to the dead.
    let mut number = 0_u64;
    loop {
        let name = format!("{key}-{number}");
        match rustix::fs::openat(&incoming, &name, flags, FILE_MODE) {
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

/// Takes the lock of a file just created; `false` while a sweep has it, which then deletes the file.
fn lock(file: &OwnedFd) -> Result<bool, Errno> {
    match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        // Where nobody can lock, no sweep can either, and what lies there is left alone.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(true),
        Err(error) => Err(error),
    }
}
