use super::folder::Folder;
use crate::error::Error;
use crate::linked::Linked;
use desktop_delivery::ids::BlobKey;
use rustix::fs::AtFlags;
use rustix::io::Errno;

/// Hard-links the blob into another folder. The link is not durable yet.
pub(crate) fn link(from: &Folder, to: &Folder, key: BlobKey) -> Result<Linked, Error> {
    let Some(shelf) = from.shelf(key)? else { return Ok(Linked::Missing) };
    let target = match to.shelf(key)? {
        Some(target) => target,
        None => {
            to.make_in_root(&Folder::shelf_name(key))?;
            to.shelf(key)?.ok_or(Errno::NOENT)?
        }
    };
    let name = key.to_string();
    match rustix::fs::linkat(&shelf, &name, &target, &name, AtFlags::empty()) {
        // The bytes of a key never change, so the existing blob is the same.
        Ok(()) | Err(Errno::EXIST) => Ok(Linked::Done),
        Err(Errno::NOENT) => Ok(Linked::Missing),
        // Different disks; the maximum number of links is reached; the file system does not support
        // links; or the file belongs to another user, for which the kernel denies links.
        Err(Errno::XDEV | Errno::MLINK | Errno::PERM | Errno::NOSYS | Errno::OPNOTSUPP) => {
            Ok(Linked::NotPossible)
        }
        Err(error) => Err(error.into()),
    }
}
