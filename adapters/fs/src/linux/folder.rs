use crate::error::Error;
use desktop_delivery::ids::BlobKey;
use rustix::fs::{AtFlags, CWD, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The number of possible shelves, which are named by three hexadecimal digits.
const SHELVES: usize = 4_096;
/// The flags for opening a folder.
pub(crate) const AS_FOLDER: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// The flags for opening a blob. Non-blocking, because opening a named pipe would wait for its
/// other end.
const AS_BLOB: OFlags =
    OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);
/// The mode of our folders: access for the owner only.
const FOLDER_MODE: Mode = Mode::RWXU;
/// The mode of our files: access for the owner only.
const FILE_MODE: Mode = Mode::RUSR.union(Mode::WUSR);

/// Whether opening a file may wait for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    Allowed,
    Never,
}

/// The folder that holds the blobs. It stays open for the lifetime of the store, so that blobs are
/// found even if its path changes, and nothing outside it is reachable.
///
/// ```text
/// <root>/                  held open
///   07f/                   a shelf: the first three digits of the key
///     07f3…(32 digits)     a blob
///   incoming/              unfinished puts, on file systems without unnamed files
///     07f3…(32 digits)-0
/// ```
#[derive(Debug)]
pub(crate) struct Folder {
    root: OwnedFd,
    has_openat2: bool,
    /// Whether others may be able to read.
    is_shared: AtomicBool,
    /// A bit for each shelf whose entry in the root is known to be on stable storage.
    durable: [AtomicU64; SHELVES / 64],
}

impl Folder {
    /// Opens the folder, creating it durably if it is missing.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        // The operator chose the path, so links in it are followed.
        let flags = AS_FOLDER.difference(OFlags::NOFOLLOW);
        let root = match rustix::fs::openat(CWD, path, flags, Mode::empty()) {
            Err(Errno::NOENT) => {
                make(path)?;
                rustix::fs::openat(CWD, path, flags, Mode::empty())?
            }
            outcome => outcome?,
        };
        // Older kernels and some sandboxes lack the call.
        let has_openat2 = beneath(&root, ".", AS_FOLDER, ResolveFlags::empty()).is_ok();
        Ok(Self {
            root,
            has_openat2,
            is_shared: AtomicBool::new(false),
            durable: std::array::from_fn(|_| AtomicU64::new(0)),
        })
    }

    /// Lets the folder's access control list, or its group and the umask, decide who else can read
    /// what is created from now on.
    pub(crate) fn share(&self) {
        self.is_shared.store(true, Ordering::Relaxed);
    }

    /// Returns the mode of new files.
    pub(crate) fn file_mode(&self) -> Mode {
        if self.is_shared.load(Ordering::Relaxed) { FILE_MODE | Mode::RGRP } else { FILE_MODE }
    }

    /// Creates a folder in the root; an existing one is fine.
    pub(crate) fn make_in_root(&self, name: &str) -> Result<(), Errno> {
        let shared = Mode::RGRP | Mode::XGRP;
        let is_shared = self.is_shared.load(Ordering::Relaxed);
        let mode = if is_shared { FOLDER_MODE | shared } else { FOLDER_MODE };
        match rustix::fs::mkdirat(&self.root, name, mode) {
            Err(Errno::EXIST) => Ok(()),
            outcome => outcome,
        }
    }

    pub(crate) const fn root(&self) -> &OwnedFd {
        &self.root
    }

    /// Opens a blob and returns it with its size in bytes, or `None` if it does not exist.
    ///
    /// With [`Wait::Never`], fails with `EAGAIN` if opening might wait for the disk.
    pub(crate) fn blob(&self, key: BlobKey, wait: Wait) -> Result<Option<(File, u64)>, Error> {
        let opened = if self.has_openat2 {
            let cached = match wait {
                Wait::Allowed => ResolveFlags::empty(),
                Wait::Never => ResolveFlags::CACHED,
            };
            let path = format!("{}/{key}", Self::shelf_name(key));
            match beneath(&self.root, &path, AS_BLOB, cached) {
                // Kernels before 5.12 do not support the flag.
                Err(Errno::INVAL) if wait == Wait::Never => Err(Errno::AGAIN),
                outcome => outcome,
            }
        } else if wait == Wait::Never {
            Err(Errno::AGAIN)
        } else {
            rustix::fs::openat(&self.root, Self::shelf_name(key), AS_FOLDER, Mode::empty())
                .and_then(|shelf| {
                    rustix::fs::openat(shelf, key.to_string(), AS_BLOB, Mode::empty())
                })
        };
        let file = match opened {
            Err(Errno::NOENT) => return Ok(None),
            outcome => File::from(outcome?),
        };
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(Error::NotAFile);
        }
        Ok(Some((file, metadata.len())))
    }

    /// Returns the name of the shelf of `key`.
    pub(crate) fn shelf_name(key: BlobKey) -> String {
        format!("{:03x}", shelf_number(key))
    }

    /// Opens the shelf of `key`, or returns `None` if it does not exist.
    pub(crate) fn shelf(&self, key: BlobKey) -> Result<Option<OwnedFd>, Error> {
        match rustix::fs::openat(&self.root, Self::shelf_name(key), AS_FOLDER, Mode::empty()) {
            Err(Errno::NOENT) => Ok(None),
            outcome => Ok(Some(outcome?)),
        }
    }

    /// Opens the shelf of `key`, creating it if it is missing. Its name is then on stable storage.
    pub(crate) fn make_shelf(&self, key: BlobKey) -> Result<OwnedFd, Error> {
        let number = shelf_number(key);
        let (word, bit) = (&self.durable[number / 64], 1 << (number % 64));
        let (shelf, is_new) = match self.shelf(key)? {
            Some(shelf) => (shelf, false),
            None => {
                self.make_in_root(&Self::shelf_name(key))?;
                (self.shelf(key)?.ok_or(Errno::NOENT)?, true)
            }
        };
        // An existing shelf may have just been created by another process and not be durable yet.
        if is_new || word.load(Ordering::Acquire) & bit == 0 {
            rustix::fs::fsync(&self.root)?;
            word.fetch_or(bit, Ordering::Release);
        }
        Ok(shelf)
    }
}

/// Opens a path beneath `root` without following links.
fn beneath(
    root: &OwnedFd,
    path: &str,
    flags: OFlags,
    further: ResolveFlags,
) -> Result<OwnedFd, Errno> {
    let resolve = ResolveFlags::BENEATH
        .union(ResolveFlags::NO_MAGICLINKS)
        .union(ResolveFlags::NO_SYMLINKS)
        .union(further);
    rustix::fs::openat2(root, path, flags, Mode::empty(), resolve)
}

/// Creates a folder and its ancestors, each durably.
fn make(path: &Path) -> Result<(), Errno> {
    let parent = match path.parent() {
        None => return Err(Errno::NOENT),
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
    };
    match rustix::fs::mkdirat(CWD, path, FOLDER_MODE) {
        Err(Errno::NOENT) if parent != Path::new(".") => {
            make(parent)?;
            rustix::fs::mkdirat(CWD, path, FOLDER_MODE)?;
        }
        Err(Errno::EXIST) => {}
        outcome => outcome?,
    }
    let flags = AS_FOLDER.difference(OFlags::NOFOLLOW);
    rustix::fs::fsync(rustix::fs::openat(CWD, parent, flags, Mode::empty())?)
}

/// Deletes a file in an open folder; a missing file is fine.
pub(crate) fn unlink_in(folder: &OwnedFd, name: &str) -> Result<(), Errno> {
    match rustix::fs::unlinkat(folder, name, AtFlags::empty()) {
        Err(Errno::NOENT) => Ok(()),
        outcome => outcome,
    }
}

fn shelf_number(key: BlobKey) -> usize {
    let [first, second, ..] = *key.as_bytes();
    usize::from(first) << 4 | usize::from(second) >> 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shelves_are_named_by_the_first_digits_of_keys() {
        for text in ["00000000000000000000000000000000", "07f3a1b2c3d4e5f60718293a4b5c6d7e"] {
            let key = BlobKey::parse(text).unwrap();
            assert_eq!(Folder::shelf_name(key), text[..3]);
        }
        let last = BlobKey::from_bytes([0xff; 16]);
        assert_eq!(shelf_number(last), SHELVES - 1);
    }

    #[test]
    fn blobs_open_the_same_without_openat2() {
        let place = tempfile::tempdir().unwrap();
        let mut folder = Folder::open(place.path()).unwrap();
        assert!(folder.has_openat2, "this kernel supports openat2");
        let (there, linked) = (BlobKey::from_bytes([1; 16]), BlobKey::from_bytes([2; 16]));
        std::fs::create_dir(place.path().join("010")).unwrap();
        std::fs::write(place.path().join("010").join(there.to_string()), "bytes").unwrap();
        std::os::unix::fs::symlink("010", place.path().join("020")).unwrap();
        for has_openat2 in [true, false] {
            folder.has_openat2 = has_openat2;
            let (_, size) = folder.blob(there, Wait::Allowed).unwrap().unwrap();
            assert_eq!(size, 5);
            assert!(folder.blob(BlobKey::from_bytes([3; 16]), Wait::Allowed).unwrap().is_none());
            let error = folder.blob(linked, Wait::Allowed).unwrap_err();
            assert_eq!(error.kind(), desktop_delivery::error::StoreErrorKind::Corrupt);
        }
        let error = folder.blob(there, Wait::Never).unwrap_err();
        assert!(error.is_wait(), "{error:?}");
    }
}
