//! Copies of everything in a folder of their own, and looks at whether all is well.
//!
//! ```text
//! <backup>/
//!   manifest.json    when, by which version, how much; the digests of the next two
//!   SHA256SUMS       of every file, as `sha256sum --check` reads it
//!   delivery.db      the database as it was at one moment
//!   blobs/07f/07f3…  the files that it names
//!   keys.json        the signing keys, where they were asked for
//! ```

mod fault;
mod files;
mod make;
mod manifest;
mod restore;
mod verify;

pub(crate) use fault::Fault;
pub(crate) use files::{Side, Way, bring_all, clear};
pub(crate) use make::{MakeOptions, lock_folder, make, part_of, place_of, prune, seal, settle_at};
pub(crate) use manifest::Manifest;
pub(crate) use restore::{Keys, RestoreOptions, keys_of, restore};
pub(crate) use verify::verify;

use crate::holdings::{self, Holding};
use desktop_delivery::{StoreError, Timestamp};
use desktop_delivery_sqlite::SqliteStore;
use indicatif::ProgressBar;

/// What a backup or a restore did.
#[derive(Debug)]
pub(crate) struct Copied {
    pub(crate) manifest: Manifest,
    pub(crate) faults: Vec<Fault>,
}

/// How many requests a database has, and what must be stored for them.
async fn holdings_of(
    store: &SqliteStore,
    now: Timestamp,
) -> Result<(u64, Vec<Holding>), StoreError> {
    let mut holdings = Vec::new();
    let requests = holdings::each_delivery(&store.ledger(), &ProgressBar::hidden(), |delivery| {
        holdings.extend(holdings::needed(delivery, now));
    })
    .await?;
    Ok((requests, holdings))
}
