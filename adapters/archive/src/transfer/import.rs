use super::checkpoint::Checkpoint;
use super::copy::{next_page, the_rest};
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

/// Where the database that is read is, in the data folder.
const STAGE: &str = ".importing";

/// An import from an export or a backup into empty engines, of any kind.
///
/// The data folder is locked as long as the import exists, so that no server starts in it.
#[derive(Debug)]
pub struct Import {
    from: PathBuf,
    data: PathBuf,
    manifest: Manifest,
    keys: Keys,
    _lock: Lock,
}

impl Import {
    /// Reads the manifest and the keys of an export or a backup, locks the data folder, and checks the
    /// database. The engines are opened afterwards, for [`fill`](Self::fill).
    ///
    /// # Errors
    /// [`ArchiveErrorKind::Damaged`], [`DataFolderUnusable`](ArchiveErrorKind::DataFolderUnusable),
    /// [`DataFolderUsed`](ArchiveErrorKind::DataFolderUsed), [`Keys`](ArchiveErrorKind::Keys),
    /// [`NoKeys`](ArchiveErrorKind::NoKeys), [`NotABackup`](ArchiveErrorKind::NotABackup),
    /// [`Unexpected`](ArchiveErrorKind::Unexpected) and [`Version`](ArchiveErrorKind::Version).
    pub async fn begin(from: &Path, data: &Path, keys: &KeySource) -> Result<Self, ArchiveError> {
        let manifest = Manifest::read(from)?;
        // Before the long work: without keys it would be in vain.
        let keys = keys_of(from, keys)?;
        create_private_folder(data)?;
        let lock = Lock::take(data)?;
        Manifest::check(&from.join(DATABASE), &manifest.database).await?;
        Manifest::check(&from.join("SHA256SUMS"), &manifest.sums).await?;
        Ok(Self { from: from.to_owned(), data: data.to_owned(), manifest, keys, _lock: lock })
    }

    /// Fills the engines, checks every byte, compares both sides, and stores the signing keys. An
    /// interrupted import continues where it was.
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
        let mut checkpoint = begun(target, &manifest.database).await?;

        // A database that is opened is written to, and what is imported must stay as it is.
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
            target.ledger.store_copies(page.deliveries).await?;
            checkpoint.after = Some(page.last);
            checkpoint.write(&target.registry).await?;
            tracing::debug!(requests, "imported");
        }
        the_rest(&source, target).await?;
        compare(&source, target).await?;
        signing_keys.store(&keys).await?;
        Checkpoint { is_done: true, ..checkpoint }.write(&target.registry).await?;
        drop(source);
        clear(&stage)?;
        Ok(Copied { manifest, faults: Vec::new() })
    }
}

/// Where the import goes on; refuses engines that hold anything else.
async fn begun(target: &Engines, source: &str) -> Result<Checkpoint, ArchiveError> {
    let refused = |what: &str| {
        ArchiveError::plain(ArchiveErrorKind::TargetNotEmpty, what)
            .with_remedy("name an empty database and store: nothing is ever imported over others")
    };
    if let Some(checkpoint) = Checkpoint::read(&target.registry).await? {
        return match checkpoint {
            Checkpoint { is_done: true, .. } => Err(refused("an import was done here before")),
            same if same.source == source => Ok(same),
            _ => Err(refused("the import of something else was begun here")),
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
    let what = format!("what was imported differs: {one}, and here {other}");
    Err(ArchiveError::plain(ArchiveErrorKind::Differs, what)
        .with_remedy("see that no server uses the new database yet; empty it, and import again"))
}

fn damaged(faults: &[Fault]) -> ArchiveError {
    let mut what = "files are damaged, and the import stopped there:".to_owned();
    for fault in faults {
        what.push_str(&format!("\n  {fault}"));
    }
    ArchiveError::plain(ArchiveErrorKind::Damaged, what)
        .with_remedy("repair them from another backup, then import again")
}
