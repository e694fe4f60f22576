use crate::error::{ArchiveError, ArchiveErrorKind};
use desktop_delivery::PublicAddress;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::Duration;

const NAME: &str = "lock";
/// Longer than any usable address.
const MAX_ADDRESS: u64 = 4_096;
/// Commands that look up the holder have the lock only for an instant, so taking it is retried.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(20);

/// The lock of a data folder, held through the file `lock` in it. Two servers in one folder would
/// both send its mail, and each would apply transfer limits on its own. The file also contains the
/// address of the server, for commands.
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// Locks a folder until the value is dropped.
    ///
    /// # Errors
    /// [`ArchiveErrorKind::DataFolderUsed`] if another process holds the lock,
    /// [`ArchiveErrorKind::DataFolderUnusable`] if the file cannot be written.
    pub fn take(folder: &Path) -> Result<Self, ArchiveError> {
        let unusable = |error| {
            let what = format!("the data folder {} cannot be used", folder.display());
            ArchiveError::new(ArchiveErrorKind::DataFolderUnusable, what, error)
                .with_remedy("choose a folder that this user may write to")
        };
        // Not truncated: the file may contain the address of another server that holds the lock.
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(folder.join(NAME)).map_err(unusable)?;
        // An existing file may have a wider mode, for example after a copy.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            file.set_permissions(std::fs::Permissions::from_mode(0o600)).map_err(unusable)?;
        }
        let mut taken = file.try_lock();
        for _ in 1..TRIES {
            if !matches!(taken, Err(TryLockError::WouldBlock)) {
                break;
            }
            std::thread::sleep(PAUSE);
            taken = file.try_lock();
        }
        match taken {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => {
                let what = format!("the data folder {} is in use", folder.display());
                let held = "another server holds its lock";
                Err(ArchiveError::new(ArchiveErrorKind::DataFolderUsed, what, held)
                    .with_remedy("stop the other server, or choose another folder"))
            }
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    /// Writes the address of the server into the file.
    ///
    /// # Errors
    /// [`ArchiveErrorKind::Unexpected`] if the file cannot be written.
    pub fn publish(&self, address: &PublicAddress) -> Result<(), ArchiveError> {
        let mut file = &self.0;
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", address.as_str()))
            .map_err(|error| ArchiveError::of_path(Path::new(NAME), "cannot be written", error))
    }

    /// Returns the address of the server that holds the lock of a folder, or `None` if no server is
    /// running.
    #[must_use]
    pub fn holder(folder: &Path) -> Option<PublicAddress> {
        let file = File::open(folder.join(NAME)).ok()?;
        // Shared, so that concurrent commands do not mistake each other for a server.
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                file.take(MAX_ADDRESS).read_to_string(&mut text).ok()?;
                PublicAddress::new(text.trim_end()).ok()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_is_known_while_the_lock_is_held() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Lock::holder(folder.path()), None);
        std::fs::write(folder.path().join(NAME), "").unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(lock.0.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        let address = PublicAddress::new("https://ill.example.org").unwrap();
        lock.publish(&PublicAddress::new("https://a.much.longer.name.example.org").unwrap())
            .unwrap();
        lock.publish(&address).unwrap();
        let error = Lock::take(folder.path()).unwrap_err().to_string();
        assert!(error.contains("is in use"), "{error}");
        assert_eq!(Lock::holder(folder.path()), Some(address));
        drop(lock);
        assert_eq!(Lock::holder(folder.path()), None);
    }
}
