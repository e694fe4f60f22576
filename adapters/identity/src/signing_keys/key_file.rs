use super::error::KeysError;
use super::keys::Keys;
use super::stored;
use desktop_delivery::Entropy;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use zeroize::Zeroizing;

/// The default name of the file.
const NAME: &str = "keys.json";

/// Signing keys in a file that only its owner can read: mode 0600 on Unix; elsewhere the
/// permissions of the folder apply.
#[derive(Clone, Debug)]
pub struct KeyFile {
    path: PathBuf,
}

/// Distinguishes a file from its replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    #[cfg(unix)]
    inode: u64,
    modified: Option<SystemTime>,
    length: u64,
}

impl KeyFile {
    /// Returns the file at this path.
    #[must_use]
    pub const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Returns the file `keys.json` in a folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self::at(folder.join(NAME))
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Loads the keys, or generates them if the installation is `new` and there is no file.
    ///
    /// # Errors
    /// [`KeysError`], also if there is no file and the installation is not new.
    pub fn load_or_generate(&self, new: bool, entropy: &dyn Entropy) -> Result<Keys, KeysError> {
        if new && !self.path.exists() {
            let keys = Keys::generate(entropy)?;
            self.store(&keys)?;
            return Ok(keys);
        }
        self.load()
    }

    /// Loads the keys.
    ///
    /// # Errors
    /// [`KeysError::FileUnreadable`], [`KeysError::FileDamaged`].
    pub fn load(&self) -> Result<Keys, KeysError> {
        let text = std::fs::read(&self.path).map(Zeroizing::new);
        let text =
            text.map_err(|source| KeysError::FileUnreadable { name: self.name(), source })?;
        stored::read(&text).ok_or_else(|| KeysError::FileDamaged { name: self.name() })
    }

    /// Replaces the keys with the result of `next`; see
    /// [`SigningKeys::change`](super::SigningKeys::change).
    pub(super) fn change<E: From<KeysError>>(
        &self,
        next: impl FnOnce(&Keys) -> Result<Keys, E>,
    ) -> Result<Keys, E> {
        let failed = unwritable("could not lock the folder of the signing keys");
        let lock = self.lock_file().map_err(failed)?;
        lock.lock().map_err(failed)?;
        let keys = next(&self.load()?)?;
        self.store(&keys)?;
        Ok(keys)
    }

    /// Writes the keys durably, replacing an existing file.
    ///
    /// # Errors
    /// [`KeysError::FileUnwritable`].
    pub fn store(&self, keys: &Keys) -> Result<(), KeysError> {
        let failed = unwritable("could not write the signing keys");
        // Temporary files have mode 0600 from the start.
        let mut file = tempfile::NamedTempFile::new_in(self.folder()).map_err(failed)?;
        file.write_all(&stored::write(keys)).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&self.path).map_err(|error| failed(error.error))?;
        sync(self.folder()).map_err(failed)
    }

    /// Removes the file if it exists.
    ///
    /// # Errors
    /// [`KeysError::FileUnwritable`].
    pub fn remove(&self) -> Result<(), KeysError> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(unwritable("could not remove the signing keys")(error))
            }
            _ => Ok(()),
        }
    }

    /// Identifies the contents of the file, or returns `None` if there is no file.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        let metadata = std::fs::metadata(&self.path).ok()?;
        Some(Stamp {
            #[cfg(unix)]
            inode: std::os::unix::fs::MetadataExt::ino(&metadata),
            modified: metadata.modified().ok(),
            length: metadata.len(),
        })
    }

    /// Opens what is locked during a change: the folder, since each change creates a new file.
    #[cfg(unix)]
    fn lock_file(&self) -> io::Result<File> {
        File::open(self.folder())
    }

    /// Opens what is locked during a change: a separate file, since folders cannot be opened here.
    #[cfg(not(unix))]
    fn lock_file(&self) -> io::Result<File> {
        let path = self.path.with_extension("lock");
        File::options().create(true).truncate(false).write(true).open(path)
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }

    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// Makes the names in a folder durable.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Does nothing: only Unix can sync a folder.
#[cfg(not(unix))]
const fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}

fn unwritable(action: &'static str) -> impl Fn(io::Error) -> KeysError + Copy {
    move |source| KeysError::FileUnwritable { action, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Timestamp;
    use desktop_delivery::token::{CountingEntropy, SecretKey};

    #[test]
    fn keys_are_generated_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let (file, entropy) = (KeyFile::in_folder(folder.path()), CountingEntropy::default());
        let made = file.load_or_generate(true, &entropy).unwrap();
        let read = file.load_or_generate(true, &entropy).unwrap();
        let secret = |keys: &Keys| *keys.ring().current().secret().expose();
        assert_eq!(secret(&made), secret(&read));
        assert_eq!(made.ring().hashing_key().expose(), read.ring().hashing_key().expose());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(file.path()).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_change_replaces_the_stored_keys() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::in_folder(folder.path());
        file.load_or_generate(true, &CountingEntropy::default()).unwrap();
        let (stamp, at) = (file.stamp(), Timestamp::from_seconds(1_795_466_792));
        let secret = SecretKey::from_bytes([9; 32]);
        file.change(|keys| Ok::<_, KeysError>(keys.rotated(secret.clone(), at, at))).unwrap();
        assert_ne!(file.stamp(), stamp);
        assert_eq!(file.load().unwrap().ring().current().secret().expose(), &[9; 32]);
        let refused = file.change(|_| Err(KeysError::EntryMissing));
        assert!(matches!(refused, Err(KeysError::EntryMissing)), "{refused:?}");
        assert_eq!(file.load().unwrap().ring().current().secret().expose(), &[9; 32]);
    }

    #[test]
    fn keys_are_not_generated_for_existing_data() {
        let folder = tempfile::tempdir().unwrap();
        let (file, entropy) = (KeyFile::in_folder(folder.path()), CountingEntropy::default());
        let error = file.load_or_generate(false, &entropy).unwrap_err();
        assert!(matches!(error, KeysError::FileUnreadable { .. }), "{error}");
        std::fs::write(file.path(), "{\"current\":").unwrap();
        let error = file.load_or_generate(true, &entropy).unwrap_err();
        assert!(error.to_string().contains("damaged"), "{error}");
    }
}
