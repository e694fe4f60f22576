use super::checkpoint::Checkpoint;
use super::copy::{copy_shared, next_page};
use super::fingerprint::Fingerprint;
use crate::backup::{Copied, Fault, KeySource, Manifest, Way, clear, keys_of};
use crate::engines::{BLOBS, DATABASE, Engines};
use crate::error::{ArchiveError, ArchiveErrorKind};
use crate::folder::create_private_folder;
use crate::lock::Lock;
use crate::progress::Progress;
use desktop_delivery::Clock as _;
use desktop_delivery::ledger::{ListQuery, Party};
use desktop_delivery::time::SystemClock;
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_identity::signing_keys::{Keys, SigningKeys};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder in the data folder for the database that is read.
const STAGE: &str = ".importing";

/// An import of an export or a backup into empty stores of any kind.
///
/// The data folder is locked for as long as the import exists, so that no server can start in it.
#[derive(Debug)]
pub struct Import {
    from: PathBuf,
    data: PathBuf,
    manifest: Manifest,
    keys: Keys,
    _lock: Lock,
}

impl Import {
    /// Reads the manifest and the keys of an export or a backup, locks the data folder, and checks
    /// the database. Open the target stores afterwards, for [`fill`](Self::fill).
    ///
    /// # Errors
    /// [`ArchiveErrorKind::Damaged`], [`DataFolderUnusable`](ArchiveErrorKind::DataFolderUnusable),
    /// [`DataFolderUsed`](ArchiveErrorKind::DataFolderUsed), [`Keys`](ArchiveErrorKind::Keys),
    /// [`NoKeys`](ArchiveErrorKind::NoKeys), [`NotABackup`](ArchiveErrorKind::NotABackup),
    /// [`Unexpected`](ArchiveErrorKind::Unexpected) and [`Version`](ArchiveErrorKind::Version).
    pub async fn begin(from: &Path, data: &Path, keys: &KeySource) -> Result<Self, ArchiveError> {
        let manifest = Manifest::read(from)?;
        // Checked before the long work, which would be in vain without keys.
        let keys = keys_of(from, keys)?;
        create_private_folder(data)?;
        let lock = Lock::take(data)?;
        Manifest::check(&from.join(DATABASE), &manifest.database).await?;
        Manifest::check(&from.join("SHA256SUMS"), &manifest.sums).await?;
        Ok(Self { from: from.to_owned(), data: data.to_owned(), manifest, keys, _lock: lock })
    }

    /// Fills the target, checks every byte, compares source and target, and stores the signing
    /// keys. An interrupted import continues where it stopped.
    ///
    /// `progress` counts bytes.
    ///
    /// # Errors
    /// [`ArchiveErrorKind::Damaged`], [`Differs`](ArchiveErrorKind::Differs),
    /// [`Keys`](ArchiveErrorKind::Keys), [`Store`](ArchiveErrorKind::Store),
    /// [`TargetNotEmpty`](ArchiveErrorKind::TargetNotEmpty) and
    /// [`Unexpected`](ArchiveErrorKind::Unexpected).
    pub async fn fill(
        self,
        target: &Engines,
        signing_keys: &SigningKeys,
        progress: &Arc<dyn Progress>,
    ) -> Result<Copied, ArchiveError> {
        let Self { from, data, manifest, keys, _lock } = self;
        let mut checkpoint = checkpoint(target, &manifest.database).await?;

        // Opening a database writes to it, and the source must not change.
        let stage = data.join(STAGE);
        clear(&stage)?;
        create_private_folder(&stage)?;
        let database = stage.join(DATABASE);
        std::fs::copy(from.join(DATABASE), &database)
            .map_err(|error| ArchiveError::of_path(&database, "cannot be written", error))?;
        let blobs = FsBlobStore::open(from.join(BLOBS))?;
        let source = Engines::beside(&database, blobs)?;

        progress.set_total(manifest.bytes);
        let way = (Way::Copy, SystemClock.now());
        while let Some(page) = next_page(&source, target, checkpoint.after, way, progress).await? {
            if !page.faults.is_empty() {
                return Err(damaged(&page.faults));
            }
            let requests = page.deliveries.len();
            target.ledger.store_snapshots(page.deliveries).await?;
            checkpoint.after = Some(page.last);
            checkpoint.write(&target.registry).await?;
            tracing::debug!(requests, "imported");
        }
        copy_shared(&source, target).await?;
        compare(&source, target).await?;
        signing_keys.store(&keys).await?;
        Checkpoint { is_done: true, ..checkpoint }.write(&target.registry).await?;
        drop(source);
        clear(&stage)?;
        Ok(Copied { manifest, faults: Vec::new() })
    }
}

/// Returns the checkpoint of the import. Refuses a target that contains other data.
async fn checkpoint(target: &Engines, source: &str) -> Result<Checkpoint, ArchiveError> {
    let refused = |what: &str| {
        ArchiveError::plain(ArchiveErrorKind::TargetNotEmpty, what)
            .with_remedy("choose an empty database and blob store; an import never overwrites data")
    };
    if let Some(checkpoint) = Checkpoint::read(&target.registry).await? {
        return match checkpoint {
            Checkpoint { is_done: true, .. } => {
                Err(refused("an import was already completed here"))
            }
            same if same.source == source => Ok(same),
            _ => Err(refused("another import was started here")),
        };
    }
    let any = target.ledger.list(&ListQuery::of(Party::Anyone, 1)).await?;
    if !any.is_empty() || !target.registry.kinds().await?.is_empty() {
        return Err(refused("the database is not empty"));
    }
    let checkpoint = Checkpoint { source: source.to_owned(), after: None, is_done: false };
    checkpoint.write(&target.registry).await?;
    Ok(checkpoint)
}

async fn compare(source: &Engines, target: &Engines) -> Result<(), ArchiveError> {
    let (one, other) = (Fingerprint::of(source).await?, Fingerprint::of(target).await?);
    if one == other {
        return Ok(());
    }
    let counts = |held: Fingerprint| {
        let Fingerprint { requests, counters, records, .. } = held;
        format!("{requests} requests, {counters} counters, {records} records")
    };
    let (one, other) = (counts(one), counts(other));
    let what =
        format!("the imported data differ from the source: {one} in the source, {other} here");
    Err(ArchiveError::plain(ArchiveErrorKind::Differs, what).with_remedy(
        "make sure that no server uses the new database yet, empty it, and import again",
    ))
}

fn damaged(faults: &[Fault]) -> ArchiveError {
    let mut what = "the import stopped at damaged files:".to_owned();
    for fault in faults {
        what.push_str(&format!("\n  {fault}"));
    }
    ArchiveError::plain(ArchiveErrorKind::Damaged, what)
        .with_remedy("repair them from another backup, then import again")
}
