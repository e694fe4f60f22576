use super::folder::unlink_in;
use super::staged::{Name, Staged};
use crate::error::Error;
use desktop_delivery::blob::Stored;
use desktop_delivery::ids::{BlobKey, Digest};
use rustix::fs::{AtFlags, CWD, RenameFlags};
use rustix::io::Errno;
use std::os::fd::{AsRawFd as _, OwnedFd};

/// A blob published durably. Dropping it deletes the blob unless it is kept, so that a put whose
/// caller gives up at the last moment leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Published {
    shelf: OwnedFd,
    name: Option<String>,
    stored: Stored,
}

impl Published {
    /// Keeps the blob.
    pub(crate) fn keep(mut self) -> Stored {
        self.name = None;
        self.stored
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            // If deleting fails, the ledger deletes the blob after the deadline of the upload.
            let _ = unlink_in(&self.shelf, name).and_then(|()| rustix::fs::fsync(&self.shelf));
        }
    }
}

impl Staged {
    /// Publishes the bytes under their key, which must not be taken.
    ///
    /// Durability follows from the order: sync the bytes, then the name of the shelf in the root,
    /// then the name of the blob in the shelf. The complete blob is visible before the last sync to
    /// readers that know its key; no caller knows the key before the put has returned.
    pub(crate) fn publish(mut self, key: BlobKey, digest: Digest) -> Result<Published, Error> {
        self.file.sync_all()?;
        let shelf = self.folder.make_shelf(key)?;
        let name = key.to_string();
        let placed = match &self.name {
            None => link_unnamed(&self, &shelf, &name),
            Some(own) => move_named(own, &shelf, &name),
        };
        match placed {
            Err(Errno::EXIST) => return Err(Error::Taken),
            outcome => outcome?,
        }
        self.name = None;
        let stored = Stored { size: self.size, digest };
        let published = Published { shelf, name: Some(name), stored };
        rustix::fs::fsync(&published.shelf)?;
        Ok(published)
    }
}

fn link_unnamed(staged: &Staged, shelf: &OwnedFd, name: &str) -> Result<(), Errno> {
    // As described in open(2): linking the descriptor itself needs a capability that servers rarely
    // have.
    let path = format!("/proc/self/fd/{}", staged.file.as_raw_fd());
    match rustix::fs::linkat(CWD, path, shelf, name, AtFlags::SYMLINK_FOLLOW) {
        // Without /proc. Since Linux 6.10, the process that opened the file may link it this way.
        Err(Errno::NOENT) => rustix::fs::linkat(&staged.file, "", shelf, name, AtFlags::EMPTY_PATH),
        outcome => outcome,
    }
}

fn move_named(own: &Name, shelf: &OwnedFd, name: &str) -> Result<(), Errno> {
    let (incoming, old) = (&own.incoming, &own.name);
    match rustix::fs::renameat_with(incoming, old, shelf, name, RenameFlags::NOREPLACE) {
        // The answers of file systems without RENAME_NOREPLACE, such as NFS; they support links.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            rustix::fs::linkat(incoming, old, shelf, name, AtFlags::empty())?;
            // If deleting fails, the file is swept later.
            let _ = unlink_in(incoming, old);
            Ok(())
        }
        outcome => outcome,
    }
}
