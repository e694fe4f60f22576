//! The folder, accessed with Linux system calls.

mod folder;
mod keys;
mod link;
mod publish;
mod staged;
mod sweep;

pub(crate) use folder::{Folder, Wait};
pub(crate) use keys::keys;
pub(crate) use link::link;
pub(crate) use publish::Published;
pub(crate) use staged::{Hiding, Staged};
pub(crate) use sweep::sweep;

use crate::error::Error;
use desktop_delivery::ids::BlobKey;

/// Deletes a blob durably.
pub(crate) fn delete(folder: &Folder, key: BlobKey) -> Result<(), Error> {
    if let Some(shelf) = folder.shelf(key)? {
        folder::unlink_in(&shelf, &key.to_string())?;
        // Also if the blob was missing: the process that deleted it may have died before its sync.
        rustix::fs::fsync(&shelf)?;
    }
    Ok(())
}

/// Waits until everything in the folder is on stable storage.
pub(crate) fn sync(folder: &Folder) -> Result<(), Error> {
    Ok(rustix::fs::syncfs(folder.root())?)
}
