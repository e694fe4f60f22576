use crate::problem::Problem;
use desktop_delivery::PublicAddress;
use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

const NAME: &str = "lock";
/// Longer than any address that somebody could use.
const MAX_ADDRESS: u64 = 4_096;
/// Commands that ask for the holder have the lock for an instant, which is no reason to give up.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(20);

/// Keeps a second server off a data folder: each would send the other's mail and count transfers
/// alone. The file tells commands where the server is.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Lock {
    /// Takes the lock of a folder, as long as this lives.
    pub(crate) fn take(folder: &Path) -> Result<Self, Problem> {
        let unusable = |error| {
            Problem::new(format!("the data folder {} cannot be used", folder.display()), error)
                .with_remedy("set DESKTOP_DELIVERY_DATA to a folder that this user may write to")
        };
        // Not emptied: it may be another server's, which tells there where it is.
        let mut options = OpenOptions::new();
        let options = options.create(true).truncate(false).read(true).write(true).mode(0o600);
        let file = options.open(folder.join(NAME)).map_err(unusable)?;
        // One that was made with more rights, by a copy for instance.
        file.set_permissions(Permissions::from_mode(0o600)).map_err(unusable)?;
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
                Err(Problem::new(what, "another server holds its lock").with_remedy(
                    "stop the other server, or set DESKTOP_DELIVERY_DATA to another folder",
                ))
            }
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    /// Writes down where the server is.
    pub(crate) fn tell(&self, address: &PublicAddress) -> Result<(), Problem> {
        let mut file = &self.0;
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", address.as_str()))
            .map_err(|error| Problem::new("the lock cannot be written", error))
    }

    /// Where the server is that holds the lock of a folder; `None` where none runs.
    pub(crate) fn holder(folder: &Path) -> Option<PublicAddress> {
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
        assert_eq!(lock.0.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let address = PublicAddress::new("https://ill.example.org").unwrap();
        lock.tell(&PublicAddress::new("https://a.much.longer.name.example.org").unwrap()).unwrap();
        lock.tell(&address).unwrap();
        let error = Lock::take(folder.path()).unwrap_err().to_string();
        assert!(error.contains("is in use"), "{error}");
        assert_eq!(Lock::holder(folder.path()), Some(address));
        drop(lock);
        assert_eq!(Lock::holder(folder.path()), None);
    }
}
