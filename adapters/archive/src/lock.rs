use crate::error::{ArchiveError, ArchiveErrorKind};
use desktop_delivery::PublicAddress;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::Duration;

const NAME: &str = "lock";
/// Longer than any address that somebody could use.
const MAX_ADDRESS: u64 = 4_096;
/// Commands that ask for the holder have the lock for an instant, which is no reason to give up.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(20);

/// The lock of a data folder, held by the file `lock` in it. Of two servers in one folder, each would
/// send the other's mail and limit transfers by itself. The file also contains the address of the
/// server, for commands.
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// Takes the lock of a folder, until the value is dropped.
    ///
    /// # Errors
    /// [`ArchiveErrorKind::DataFolderUsed`] if another process has it,
    /// [`ArchiveErrorKind::DataFolderUnusable`] if the file cannot be written.
    pub fn take(folder: &Path) -> Result<Self, ArchiveError> {
        let unusable = |error| {
            let what = format!("the data folder {} cannot be used", folder.display());
            ArchiveError::new(ArchiveErrorKind::DataFolderUnusable, what, error)
                .with_remedy("choose a folder that this user may write to")
        };
        // Not emptied: it may be another server's, which tells there where it is.
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(folder.join(NAME)).map_err(unusable)?;
        // One that was made with more rights, by a copy for instance.
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

    /// Returns the address of the server that holds the lock of a folder; `None` if no server runs.
    #[must_use]
    pub fn holder(folder: &Path) -> Option<PublicAddress> {
        let file = File::open(folder.join(NAME)).ok()?;
        // Shared: commands that look at the same time must not take one another for a server.
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
    fn it_tells_where_the_server_is_as_long_as_it_is_held() {
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
