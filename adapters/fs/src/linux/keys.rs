use super::folder::{AS_FOLDER, Folder};
use crate::error::Error;
use desktop_delivery::ids::BlobKey;
use rustix::fs::{Dir, Mode};
use rustix::io::Errno;
use std::os::fd::OwnedFd;

/// Returns the keys of all blobs, shelf by shelf. Files with other names or in other places are
/// ignored.
pub(crate) fn keys(folder: &Folder) -> Result<Vec<BlobKey>, Error> {
    let mut found = Vec::new();
    for shelf_name in names(folder.root())? {
        if shelf_name.len() != 3 {
            continue;
        }
        let shelf = rustix::fs::openat(folder.root(), &*shelf_name, AS_FOLDER, Mode::empty());
        let shelf = match shelf {
            // A file or a link named like a shelf, which we never create; or the shelf is gone.
            Err(Errno::NOTDIR | Errno::LOOP | Errno::NOENT) => continue,
            outcome => outcome?,
        };
        let keys = names(&shelf)?.into_iter().filter_map(|name| BlobKey::parse(&name).ok());
        found.extend(keys.filter(|key| Folder::shelf_name(*key) == shelf_name));
    }
    Ok(found)
}

/// Returns the names in a folder that are valid UTF-8; ours are ASCII.
fn names(folder: &OwnedFd) -> Result<Vec<String>, Errno> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        if let Ok(name) = entry?.file_name().to_str() {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}
