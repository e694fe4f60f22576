use super::folder::{AS_FOLDER, Folder, unlink_in};
use super::staged::INCOMING;
use crate::error::Error;
use rustix::fs::{AtFlags, Dir, FileType, FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use std::os::fd::OwnedFd;

/// Deletes the files left by puts whose process died, and returns how many files were deleted.
///
/// A put holds the lock of its file until it ends, however it ends, so a slow put in another
/// process is never mistaken for a dead one.
pub(crate) fn sweep(folder: &Folder) -> Result<u64, Error> {
    let incoming = match rustix::fs::openat(folder.root(), INCOMING, AS_FOLDER, Mode::empty()) {
        Err(Errno::NOENT) => return Ok(0),
        outcome => outcome?,
    };
    let mut swept = 0;
    for entry in Dir::read_from(&incoming)? {
        let entry = entry?;
        // Our names are ASCII; others are not ours.
        if let Ok(name) = entry.file_name().to_str()
            && !matches!(name, "." | "..")
            && sweep_one(&incoming, name)?
        {
            swept += 1;
        }
    }
    Ok(swept)
}

/// Deletes a file if its put is dead.
fn sweep_one(incoming: &OwnedFd, name: &str) -> Result<bool, Errno> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::openat(incoming, name, flags, Mode::empty()) {
        // Published or deleted by its own put in the meantime; or a link, which no put creates.
        Err(Errno::NOENT | Errno::LOOP) => return Ok(false),
        outcome => outcome?,
    };
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        // The put is alive, or this file system has no locks.
        Err(Errno::WOULDBLOCK | Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            return Ok(false);
        }
        outcome => outcome?,
    }
    // Between opening and locking, its put may have published the file and another put taken the
    // name. Once we hold the lock and the name still leads to this file, nobody else can delete it.
    let ours = rustix::fs::fstat(&file)?;
    if !FileType::from_raw_mode(ours.st_mode).is_file() {
        return Ok(false);
    }
    match rustix::fs::statat(incoming, name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(Errno::NOENT) => return Ok(false),
        Ok(named) if (named.st_dev, named.st_ino) != (ours.st_dev, ours.st_ino) => {
            return Ok(false);
        }
        outcome => outcome?,
    };
    unlink_in(incoming, name)?;
    Ok(true)
}
