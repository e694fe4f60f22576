use super::fault::Fault;
use super::files::{Side, Way, clear, copy_file, names, sync_folder};
use super::manifest::Manifest;
use super::{Copied, holdings_of};
use crate::engines::{BLOBS, DATABASE};
use crate::error::{ArchiveError, ArchiveErrorKind};
use crate::folder::create_private_folder;
use crate::lock::Lock;
use crate::progress::{Progress, SharedProgress};
use desktop_delivery::Clock as _;
use desktop_delivery::ledger::LedgerSnapshot as _;
use desktop_delivery::time::SystemClock;
use desktop_delivery::token::SystemEntropy;
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_identity::signing_keys::{KeyFile, Keys};
use desktop_delivery_sqlite::SqliteStore;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder for restored data until it is checked.
const STAGE: &str = ".restoring";
/// The maximum number of faults listed in an error.
const MAX_NAMED: usize = 10;

/// Where the signing keys of a restored or imported installation come from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum KeySource {
    /// From the backup.
    Backup,
    /// From this file.
    File(PathBuf),
    /// Newly generated. All links sent so far stop working.
    New,
}

/// How a backup is restored.
#[derive(Clone, Debug)]
pub struct RestoreOptions {
    /// Where the signing keys come from.
    pub keys: KeySource,
    /// Whether to restore a backup with damaged or missing files. If `false`, such a backup is
    /// refused and nothing is restored.
    pub with_faults: bool,
}

/// Restores a backup into an empty data folder and checks every byte. No server may be running in
/// the folder. If restoring fails, the folder contains no installation.
///
/// `progress` counts bytes.
///
/// # Errors
/// [`ArchiveErrorKind::Damaged`], [`Faults`](ArchiveErrorKind::Faults),
/// [`DataFolderNotEmpty`](ArchiveErrorKind::DataFolderNotEmpty),
/// [`DataFolderUnusable`](ArchiveErrorKind::DataFolderUnusable),
/// [`DataFolderUsed`](ArchiveErrorKind::DataFolderUsed), [`Keys`](ArchiveErrorKind::Keys),
/// [`NoKeys`](ArchiveErrorKind::NoKeys), [`NotABackup`](ArchiveErrorKind::NotABackup),
/// [`Store`](ArchiveErrorKind::Store), [`Unexpected`](ArchiveErrorKind::Unexpected) and
/// [`Version`](ArchiveErrorKind::Version).
pub async fn restore(
    backup: &Path,
    data: &Path,
    options: RestoreOptions,
    progress: &Arc<dyn Progress>,
) -> Result<Copied, ArchiveError> {
    let manifest = Manifest::read(backup)?;
    // Checked before the long work, which would be in vain without keys.
    let keys = keys_of(backup, &options.keys)?;
    create_private_folder(data)?;
    let _lock = Lock::take(data)?;
    if names(data)?.iter().any(|name| !matches!(&**name, "lock" | STAGE)) {
        let what = format!("the data folder {} is not empty", data.display());
        return Err(ArchiveError::plain(ArchiveErrorKind::DataFolderNotEmpty, what)
            .with_remedy("choose an empty folder, or move its contents elsewhere"));
    }
    let stage = data.join(STAGE);
    // Left by an interrupted restore.
    clear(&stage)?;
    create_private_folder(&stage)?;

    Manifest::check(&backup.join(DATABASE), &manifest.database).await?;
    Manifest::check(&backup.join("SHA256SUMS"), &manifest.sums).await?;
    let database = stage.join(DATABASE);
    std::fs::copy(backup.join(DATABASE), &database)
        .map_err(|error| ArchiveError::of_path(&database, "cannot be written", error))?;
    let (from, to) = (stores(backup)?, stores(&stage)?);
    let faults = fill(&database, &from, &to, progress).await?;
    if !faults.is_empty() && !options.with_faults {
        clear(&stage)?;
        return Err(refused(&faults));
    }
    to.sync().await?;
    move_into_place(&stage, data, &keys)?;
    Ok(Copied { manifest, faults })
}

fn stores(folder: &Path) -> Result<FsBlobStore, ArchiveError> {
    Ok(FsBlobStore::open(folder.join(BLOBS))?)
}

/// Returns the signing keys for a backup.
pub(crate) fn keys_of(backup: &Path, keys: &KeySource) -> Result<Keys, ArchiveError> {
    let own = KeyFile::in_folder(backup);
    match keys {
        KeySource::File(path) => Ok(KeyFile::at(path.clone()).load()?),
        KeySource::New => Ok(Keys::generate(&SystemEntropy)?),
        KeySource::Backup if own.path().exists() => Ok(own.load()?),
        KeySource::Backup => {
            let what = "the backup contains no signing keys";
            Err(ArchiveError::plain(ArchiveErrorKind::NoKeys, what).with_remedy(
                "name their file, or generate new keys; all links sent so far then stop working",
            ))
        }
    }
}

/// Copies every file that the database needs and returns the faults found.
async fn fill(
    database: &Path,
    from: &FsBlobStore,
    to: &FsBlobStore,
    progress: &SharedProgress,
) -> Result<Vec<Fault>, ArchiveError> {
    let store = SqliteStore::open(database)?;
    let found = store.check().await?;
    // Consumers of the feed may have read events that this copy does not have.
    store.ledger().reset_feed().await?;
    let mut faults: Vec<_> = found.into_iter().map(|what| Fault::Database { what }).collect();
    let (_, holdings) = holdings_of(&store, SystemClock.now()).await?;
    let (from, to) = (Side::of_folder(from), Side::of_folder(to));
    progress.set_total(holdings.iter().map(|holding| holding.size).sum());
    for holding in holdings {
        // Copied, never linked: changes to the restored files must not affect the backup.
        faults.extend(copy_file(holding, &from, &to, Way::Copy, progress).await?);
    }
    Ok(faults)
}

fn refused(faults: &[Fault]) -> ArchiveError {
    let mut what = format!("the backup has {} faults; nothing was restored:", faults.len());
    for fault in faults.iter().take(MAX_NAMED) {
        what.push_str(&format!("\n  {fault}"));
    }
    ArchiveError::plain(ArchiveErrorKind::Faults, what)
        .with_remedy("restore another backup, or restore this one with its faults")
}

/// Moves everything into place, the database last: without it, the folder is not an installation.
fn move_into_place(stage: &Path, data: &Path, keys: &Keys) -> Result<(), ArchiveError> {
    KeyFile::in_folder(data).store(keys)?;
    for name in [BLOBS, DATABASE] {
        std::fs::rename(stage.join(name), data.join(name))
            .map_err(|error| ArchiveError::of_path(&data.join(name), "cannot be written", error))?;
        sync_folder(data)?;
    }
    clear(stage)
}
