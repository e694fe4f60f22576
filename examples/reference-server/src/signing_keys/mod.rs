//! The keys that sign links and tickets: where they are kept, and how they change while servers run.
//!
//! One server keeps them in a file of their own, apart from its database, so that a copy of the
//! database alone opens nothing. Servers that share a database without such a file find them there.

mod key_file;
mod key_record;
mod keys;
mod stored;
mod watch;

pub(crate) use key_file::KeyFile;
pub(crate) use key_record::{KIND, KeyRecord};
pub(crate) use keys::Keys;
pub(crate) use watch::watch;

use crate::problem::Problem;
use desktop_delivery::{Entropy, Timestamp};

/// Where an installation keeps its signing keys.
#[derive(Clone, Debug)]
pub(crate) enum SigningKeys {
    File(KeyFile),
    Record(KeyRecord),
}

impl SigningKeys {
    /// Loads the keys, or makes them where there are none and the installation is `new`.
    pub(crate) async fn load_or_make(
        &self,
        new: bool,
        entropy: &dyn Entropy,
    ) -> Result<Keys, Problem> {
        match self {
            Self::File(file) => file.load_or_make(new, entropy),
            Self::Record(record) => record.load_or_make(new, entropy).await,
        }
    }

    pub(crate) async fn load(&self) -> Result<Keys, Problem> {
        match self {
            Self::File(file) => file.load(),
            Self::Record(record) => record.load().await,
        }
    }

    /// Stores keys where there are none, or others.
    pub(crate) async fn store(&self, keys: &Keys) -> Result<(), Problem> {
        match self {
            Self::File(file) => file.store(keys),
            Self::Record(record) => record.change(|_| Ok(keys.clone())).await.map(|_| ()),
        }
    }

    /// Puts other keys in the place of those that are kept, made of them; one change at a time, in
    /// whatever process. Answers what is kept then.
    pub(crate) async fn change(
        &self,
        next: impl Fn(&Keys) -> Result<Keys, Problem> + Send + Sync,
    ) -> Result<Keys, Problem> {
        match self {
            Self::File(file) => file.change(next),
            Self::Record(record) => {
                record
                    .change(|kept| match kept {
                        Some(kept) => next(kept),
                        None => Err(record.missing()),
                    })
                    .await
            }
        }
    }

    /// When a key may begin to sign that is stored now: whoever verifies must know it before.
    pub(crate) fn first_use(&self, now: Timestamp) -> Timestamp {
        match self {
            // Whoever reads a link that was signed by it takes longer to come back.
            Self::File(_) => now,
            Self::Record(_) => now.plus_seconds(watch::SETTLING_SECONDS),
        }
    }
}
