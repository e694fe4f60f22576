use super::folder::unlink_in;
use super::staged::{Name, Staged};
use crate::error::Error;
use desktop_delivery::blob::Stored;
use desktop_delivery::ids::{BlobKey, Digest};
use rustix::fs::{AtFlags, CWD, RenameFlags};
use rustix::io::Errno;
use std::os::fd::{AsRawFd as _, OwnedFd};

/// A blob that is in its place, durably; dropping it takes it out again, unless it is kept.
///
/// So a put whose caller goes away at the last moment leaves nothing either.
#[derive(Debug)]
pub(crate) struct Published {
    shelf: OwnedFd,
    name: Option<String>,
    stored: Stored,
}

impl Published {
    /// Leaves the blob where it is.
    pub(crate) fn keep(mut self) -> Stored {
        self.name = None;
        self.stored
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            // What cannot be deleted now, the ledger deletes when the upload's deadline has passed.
            let _ = unlink_in(&self.shelf, name).and_then(|()| rustix::fs::fsync(&self.shelf));
        }
    }
}

impl Staged {
    /// Puts the bytes in their place, where none may be yet.
    ///
    /// The order makes it durable: the bytes, the shelf's name in the root, the blob's name on the
    /// shelf. Before the last sync the blob may be seen, whole, by who knows its key; nobody does
    /// before the put has answered.
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
    // As open(2) says: linking the descriptor itself needs rights that a server seldom has.
    let path = format!("/proc/self/fd/{}", staged.file.as_raw_fd());
    match rustix::fs::linkat(CWD, path, shelf, name, AtFlags::SYMLINK_FOLLOW) {
        // Without /proc; since Linux 6.10 who opened the file may link it so.
        Err(Errno::NOENT) => rustix::fs::linkat(&staged.file, "", shelf, name, AtFlags::EMPTY_PATH),
        outcome => outcome,
    }
}

fn move_named(own: &Name, shelf: &OwnedFd, name: &str) -> Result<(), Errno> {
    let (incoming, old) = (&own.incoming, &own.name);
    match rustix::fs::renameat_with(incoming, old, shelf, name, RenameFlags::NOREPLACE) {
        // What file systems answer that cannot, NFS among them; they can link.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            rustix::fs::linkat(incoming, old, shelf, name, AtFlags::empty())?;
            // What cannot be deleted now is swept later.
            let _ = unlink_in(incoming, old);
            Ok(())
        }
        outcome => outcome,
    }
}
