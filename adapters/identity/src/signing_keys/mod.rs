//! The keys that sign links and tickets: where they are stored, and how they change while servers
//! run.
//!
//! A single server keeps them in a file apart from its database, so that a copy of the database
//! alone opens nothing. Servers that share a database may keep them in its registry.

mod error;
mod key_file;
mod key_record;
mod keys;
mod stored;
mod watch;

pub use error::KeysError;
pub use key_file::KeyFile;
pub use key_record::{KIND, KeyRecord};
pub use keys::{Keys, Next};
pub use watch::watch;

use desktop_delivery::{Entropy, Timestamp};

/// How long all servers of a shared database hold a key before it signs, in seconds: enough for
/// several checks by `watch`, one of which may fail.
const SETTLING_SECONDS: i64 = 10;

/// The storage of an installation's signing keys.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SigningKeys {
    /// A local file.
    File(KeyFile),
    /// The registry of a shared database.
    Registry(KeyRecord),
}

impl SigningKeys {
    /// Loads the keys, or generates them if the installation is `new` and there are none.
    ///
    /// # Errors
    /// [`KeysError`], also if there are none and the installation is not new.
    pub async fn load_or_generate(
        &self,
        new: bool,
        entropy: &dyn Entropy,
    ) -> Result<Keys, KeysError> {
        match self {
            Self::File(file) => file.load_or_generate(new, entropy),
            Self::Registry(record) => record.load_or_generate(new, entropy).await,
        }
    }

    /// Loads the keys.
    ///
    /// # Errors
    /// [`KeysError`], also if there are none.
    pub async fn load(&self) -> Result<Keys, KeysError> {
        match self {
            Self::File(file) => file.load(),
            Self::Registry(record) => record.load().await,
        }
    }

    /// Stores keys, replacing any others.
    ///
    /// # Errors
    /// [`KeysError`].
    pub async fn store(&self, keys: &Keys) -> Result<(), KeysError> {
        match self {
            Self::File(file) => file.store(keys),
            Self::Registry(record) => record.change(|_| Ok(keys.clone())).await.map(drop),
        }
    }

    /// Replaces the stored keys with the result of `next`, one change at a time across processes.
    /// Returns the new keys. `next` may be called several times.
    ///
    /// # Errors
    /// The errors of `next`, and [`KeysError`]. Nothing is stored in either case.
    pub async fn change<E: From<KeysError>>(
        &self,
        next: impl Fn(&Keys) -> Result<Keys, E> + Send + Sync,
    ) -> Result<Keys, E> {
        match self {
            Self::File(file) => file.change(next),
            Self::Registry(record) => {
                record
                    .change(|kept| match kept {
                        Some(kept) => next(kept),
                        None => Err(KeysError::EntryMissing.into()),
                    })
                    .await
            }
        }
    }

    /// Returns when a key that is stored at `now` may start to sign: after all servers have loaded
    /// it.
    #[must_use]
    pub fn first_use(&self, now: Timestamp) -> Timestamp {
        match self {
            // The only server reloads the file before a new link can be used.
            Self::File(_) => now,
            Self::Registry(_) => now.plus_seconds(SETTLING_SECONDS),
        }
    }
}
