use super::keys::Keys;
use super::stored;
use crate::problem::Problem;
use desktop_delivery::Entropy;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The usual name of the file.
const NAME: &str = "keys.json";
const REMEDY: &str = "put the file back from a backup: without it every link that was sent is dead. \
                      To begin anew on purpose, empty the data folder";

/// The signing keys in a file, for its owner alone to read.
#[derive(Clone, Debug)]
pub(crate) struct KeyFile {
    path: PathBuf,
}

/// Tells one file from the next that takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp(u64, i64, i64);

impl KeyFile {
    pub(crate) const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// The file of a data folder.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self::at(folder.join(NAME))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn load_or_make(&self, new: bool, entropy: &dyn Entropy) -> Result<Keys, Problem> {
        if new && !self.path.exists() {
            let keys = Keys::make(entropy)?;
            self.store(&keys)?;
            return Ok(keys);
        }
        self.load()
    }

    pub(crate) fn load(&self) -> Result<Keys, Problem> {
        let text = std::fs::read(&self.path).map(Zeroizing::new).map_err(|error| {
            Problem::new(format!("the signing keys ({}) cannot be read", self.name()), error)
                .with_remedy(REMEDY)
        })?;
        stored::read(&text).ok_or_else(|| {
            Problem::settings(format!("the signing keys ({}) are damaged", self.name()))
                .with_remedy(REMEDY)
        })
    }

    pub(crate) fn change(
        &self,
        next: impl FnOnce(&Keys) -> Result<Keys, Problem>,
    ) -> Result<Keys, Problem> {
        let failed = |error| Problem::new("the folder of the signing keys cannot be locked", error);
        // The folder itself is locked: the file is another one after each change.
        let lock = File::open(self.folder()).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let keys = next(&self.load()?)?;
        self.store(&keys)?;
        Ok(keys)
    }

    /// Writes the keys durably.
    pub(crate) fn store(&self, keys: &Keys) -> Result<(), Problem> {
        let failed = |error| Problem::new("the signing keys cannot be written", error);
        // A temporary file has mode 0600 from the start.
        let mut file = tempfile::NamedTempFile::new_in(self.folder()).map_err(failed)?;
        file.write_all(&stored::write(keys)).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&self.path).map_err(|error| failed(error.error))?;
        File::open(self.folder()).and_then(|folder| folder.sync_all()).map_err(failed)
    }

    /// Removes the file, where there is one.
    pub(crate) fn remove(&self) -> Result<(), Problem> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Problem::new("the signing keys cannot be removed", error))
            }
            _ => Ok(()),
        }
    }

    /// `None` where there is no file.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        let metadata = std::fs::metadata(&self.path).ok()?;
        Some(Stamp(metadata.ino(), metadata.mtime(), metadata.mtime_nsec()))
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }

    fn name(&self) -> std::borrow::Cow<'_, str> {
        self.path.file_name().unwrap_or_default().to_string_lossy()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::{CountingEntropy, SecretKey, Timestamp};
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn keys_are_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let (file, entropy) = (KeyFile::in_folder(folder.path()), CountingEntropy::default());
        let made = file.load_or_make(true, &entropy).unwrap();
        let read = file.load_or_make(true, &entropy).unwrap();
        let secret = |keys: &Keys| *keys.ring().current().secret().expose();
        assert_eq!(secret(&made), secret(&read));
        assert_eq!(made.ring().pseudonyms().expose(), read.ring().pseudonyms().expose());
        let mode = std::fs::metadata(file.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_change_takes_the_place_of_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::in_folder(folder.path());
        file.load_or_make(true, &CountingEntropy::default()).unwrap();
        let (stamp, at) = (file.stamp(), Timestamp::from_seconds(1_795_466_792));
        let secret = SecretKey::from_bytes([9; 32]);
        file.change(|keys| Ok(keys.rotated(secret.clone(), at, at))).unwrap();
        assert_ne!(file.stamp(), stamp);
        assert_eq!(file.load().unwrap().ring().current().secret().expose(), &[9; 32]);
        assert!(file.change(|_| Err(Problem::plain("no"))).is_err());
        assert_eq!(file.load().unwrap().ring().current().secret().expose(), &[9; 32]);
    }

    #[test]
    fn keys_are_never_made_over_data_that_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let (file, entropy) = (KeyFile::in_folder(folder.path()), CountingEntropy::default());
        let error = file.load_or_make(false, &entropy).unwrap_err();
        assert!(error.to_string().contains("backup"), "{error}");
        std::fs::write(file.path(), "{\"current\":").unwrap();
        let error = file.load_or_make(true, &entropy).unwrap_err();
        assert!(error.to_string().contains("damaged"), "{error}");
    }
}
