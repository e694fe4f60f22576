//! Backups, their restore, and the verification of an installation.
//!
//! ```text
//! <backup>/
//!   manifest.json    time, version and totals; the digests of the next two files
//!   SHA256SUMS       the digests of all files, for `sha256sum --check`
//!   delivery.db      a snapshot of the database
//!   blobs/07f/07f3…  the files that the database refers to
//!   keys.json        the signing keys, if requested
//! ```

mod fault;
mod feed_check;
mod files;
mod make;
mod manifest;
mod restore;
mod verify;

pub use fault::{Fault, Place};
pub(crate) use files::{Side, Way, clear, copy_files};
pub use make::{BackupOptions, back_up};
pub(crate) use make::{lock_folder, part_of, place_of, prune, publish, seal};
pub use manifest::Manifest;
pub(crate) use restore::keys_of;
pub use restore::{KeySource, RestoreOptions, restore};
pub use verify::{Verified, verify};

use crate::holdings::{self, Holding};
use crate::progress::hidden;
use desktop_delivery::{StoreError, Timestamp};
use desktop_delivery_sqlite::SqliteStore;

/// The result of a backup, a restore, an export or an import.
#[derive(Debug)]
#[non_exhaustive]
pub struct Copied {
    /// The contents of the copy.
    pub manifest: Manifest,
    /// The files that are missing or damaged in the copy.
    pub faults: Vec<Fault>,
}

/// Returns the number of requests in a database and the files they need.
async fn holdings_of(
    store: &SqliteStore,
    now: Timestamp,
) -> Result<(u64, Vec<Holding>), StoreError> {
    let mut holdings = Vec::new();
    let requests = holdings::each_delivery(&store.ledger(), &hidden(), |delivery| {
        holdings.extend(holdings::needed(delivery, now));
    })
    .await?;
    Ok((requests, holdings))
}
