//! The key ring in a file of its own, apart from the database, so that a copy of the database alone
//! opens nothing.

use crate::problem::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use desktop_delivery::{Entropy, KeyRing, SecretKey, SigningKey, Timestamp};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const NAME: &str = "keys.json";
const REMEDY: &str = "put the file back from a backup: without it every link that was sent is dead. \
                      To begin anew on purpose, empty the data folder";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredRing {
    current: StoredKey,
    previous: Vec<StoredKey>,
    /// Hides what is counted; never rotated.
    pseudonyms: Zeroizing<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKey {
    id: u8,
    secret: Zeroizing<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retired_at: Option<Timestamp>,
}

/// Loads the key ring of a data folder, or makes it where the folder is `new`.
pub(crate) fn load_or_make(
    folder: &Path,
    new: bool,
    entropy: &dyn Entropy,
) -> Result<KeyRing, Problem> {
    if new && !path(folder).exists() {
        let ring = make(entropy)?;
        store(folder, &ring)?;
        return Ok(ring);
    }
    load(&path(folder))
}

/// A ring of new keys.
pub(crate) fn make(entropy: &dyn Entropy) -> Result<KeyRing, Problem> {
    let signing = SigningKey::new(1, SecretKey::generate(entropy)?);
    Ok(KeyRing::new(signing, SecretKey::generate(entropy)?))
}

/// Where the key ring of a data folder is.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// Loads a key ring.
pub(crate) fn load(path: &Path) -> Result<KeyRing, Problem> {
    let text = std::fs::read(path).map(Zeroizing::new).map_err(|error| {
        Problem::new("the signing keys (keys.json) cannot be read", error).with_remedy(REMEDY)
    })?;
    let stored: StoredRing = serde_json::from_slice(&text).map_err(|_| damaged())?;
    stored.ring().ok_or_else(damaged)
}

/// Puts another ring in the place of a data folder's, made of it; one change at a time, in whatever
/// process.
pub(crate) fn change<T>(
    folder: &Path,
    next: impl FnOnce(&KeyRing) -> Result<(KeyRing, T), Problem>,
) -> Result<T, Problem> {
    let failed = |error| Problem::new("the data folder cannot be locked", error);
    // The folder itself is locked: the file is another one after each change.
    let lock = File::open(folder).map_err(failed)?;
    lock.lock().map_err(failed)?;
    let (ring, answer) = next(&load(&path(folder))?)?;
    store(folder, &ring)?;
    Ok(answer)
}

/// The ring without one of the keys that only verify.
pub(crate) fn without(ring: &KeyRing, id: u8) -> KeyRing {
    let left = KeyRing::new(ring.current().clone(), ring.pseudonyms().clone());
    let others = ring.previous().iter().filter(|key| key.id() != id);
    others.cloned().fold(left, KeyRing::with_previous)
}

/// Writes the ring durably, for its owner alone to read.
pub(crate) fn store(folder: &Path, ring: &KeyRing) -> Result<(), Problem> {
    let failed = |error| Problem::new("the signing keys cannot be written", error);
    let text = Zeroizing::new(serde_json::to_vec(&StoredRing::of(ring)).unwrap_or_default());
    // A temporary file has mode 0600 from the start.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(&text).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path(folder)).map_err(|error| failed(error.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

fn damaged() -> Problem {
    Problem::settings("the signing keys (keys.json) are damaged").with_remedy(REMEDY)
}

impl StoredRing {
    fn of(ring: &KeyRing) -> Self {
        Self {
            current: StoredKey::of(ring.current()),
            previous: ring.previous().iter().map(StoredKey::of).collect(),
            pseudonyms: text_of(ring.pseudonyms()),
        }
    }

    fn ring(&self) -> Option<KeyRing> {
        let ring = KeyRing::new(self.current.key()?, secret_of(&self.pseudonyms)?);
        self.previous.iter().try_fold(ring, |ring, key| Some(ring.with_previous(key.key()?)))
    }
}

impl StoredKey {
    fn of(key: &SigningKey) -> Self {
        Self { id: key.id(), secret: text_of(key.secret()), retired_at: key.retired_at() }
    }

    fn key(&self) -> Option<SigningKey> {
        let key = SigningKey::new(self.id, secret_of(&self.secret)?);
        Some(match self.retired_at {
            Some(since) => key.retired(since),
            None => key,
        })
    }
}

fn text_of(secret: &SecretKey) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(secret.expose()))
}

fn secret_of(text: &str) -> Option<SecretKey> {
    let bytes = Zeroizing::new(STANDARD.decode(text).ok()?);
    Some(SecretKey::from_bytes(bytes.as_slice().try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::CountingEntropy;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn keys_are_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let entropy = CountingEntropy::default();
        let made = load_or_make(folder.path(), true, &entropy).unwrap();
        let read = load_or_make(folder.path(), true, &entropy).unwrap();
        assert_eq!(made.current().secret().expose(), read.current().secret().expose());
        assert_eq!(made.pseudonyms().expose(), read.pseudonyms().expose());
        let mode = std::fs::metadata(folder.path().join(NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_rotated_ring_keeps_its_old_keys() {
        let secret = |byte| SecretKey::from_bytes([byte; 32]);
        let ring = KeyRing::new(SigningKey::new(1, secret(1)), secret(0))
            .rotate(secret(2), Timestamp::from_seconds(1_795_466_792));
        let folder = tempfile::tempdir().unwrap();
        store(folder.path(), &ring).unwrap();
        let read = load_or_make(folder.path(), false, &CountingEntropy::default()).unwrap();
        assert_eq!(read.current().id(), ring.current().id());
        assert_eq!(read.previous()[0].retired_at(), ring.previous()[0].retired_at());
    }

    #[test]
    fn a_key_that_is_dropped_is_gone_and_the_others_stay() {
        let secret = |byte| SecretKey::from_bytes([byte; 32]);
        let folder = tempfile::tempdir().unwrap();
        let ring = KeyRing::new(SigningKey::new(1, secret(1)), secret(0));
        store(folder.path(), &ring).unwrap();
        let at = Timestamp::from_seconds(1_795_466_792);
        for byte in [2, 3] {
            change(folder.path(), |ring| Ok((ring.rotate(secret(byte), at), ()))).unwrap();
        }
        change(folder.path(), |ring| Ok((without(ring, 1), ()))).unwrap();
        let read = load(&path(folder.path())).unwrap();
        assert_eq!(read.current().secret().expose(), &[3; 32]);
        assert_eq!(read.previous().iter().map(SigningKey::id).collect::<Vec<_>>(), [2]);
        assert_eq!(read.pseudonyms().expose(), &[0; 32]);
    }

    #[test]
    fn keys_are_never_made_over_data_that_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let error = load_or_make(folder.path(), false, &CountingEntropy::default()).unwrap_err();
        assert!(error.to_string().contains("backup"), "{error}");
        std::fs::write(folder.path().join(NAME), "{\"current\":").unwrap();
        let error = load_or_make(folder.path(), true, &CountingEntropy::default()).unwrap_err();
        assert!(error.to_string().contains("damaged"), "{error}");
    }
}
