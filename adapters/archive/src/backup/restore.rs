use super::fault::Fault;
use super::files::{Side, Way, bring, clear, names, sync_folder};
use super::manifest::Manifest;
use super::{Copied, holdings_of};
use crate::engines::{BLOBS, DATABASE};
use crate::error::{ArchiveError, ArchiveErrorKind};
use crate::folder::create_private_folder;
use crate::lock::Lock;
use crate::progress::{Bar, Progress};
use desktop_delivery::Clock as _;
use desktop_delivery::time::SystemClock;
use desktop_delivery::token::SystemEntropy;
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_identity::signing_keys::{KeyFile, Keys};
use desktop_delivery_sqlite::SqliteStore;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where everything is until it is checked.
const STAGE: &str = ".restoring";
/// Faults that an error names.
const MAX_NAMED: usize = 10;

/// Where the signing keys of a restored or imported installation come from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum KeySource {
    /// The backup contains them.
    Backup,
    /// They are in this file.
    File(PathBuf),
    /// They are generated: every link sent before is dead then.
    New,
}

/// How a backup is restored.
#[derive(Clone, Debug)]
pub struct RestoreOptions {
    /// Where the signing keys come from.
    pub keys: KeySource,
    /// Whether to restore a backup with damaged or missing files; otherwise nothing of it is restored.
    pub with_faults: bool,
}

/// Restores a backup into an empty data folder in which no server runs, and checks every byte. If it
/// fails, the folder contains no installation.
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
    // Before the long work: without keys it would be in vain.
    let keys = keys_of(backup, &options.keys)?;
    create_private_folder(data)?;
    let _lock = Lock::take(data)?;
    if names(data)?.iter().any(|name| !matches!(&**name, "lock" | STAGE)) {
        let what = format!("the data folder {} is not empty", data.display());
        return Err(ArchiveError::plain(ArchiveErrorKind::DataFolderNotEmpty, what)
            .with_remedy("choose an empty folder, or move what is there away"));
    }
    let stage = data.join(STAGE);
    // Of a restore that was interrupted.
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
    settle(&stage, data, &keys)?;
    Ok(Copied { manifest, faults })
}

fn stores(folder: &Path) -> Result<FsBlobStore, ArchiveError> {
    Ok(FsBlobStore::open(folder.join(BLOBS))?)
}

/// The signing keys that belong to a backup.
pub(crate) fn keys_of(backup: &Path, keys: &KeySource) -> Result<Keys, ArchiveError> {
    let own = KeyFile::in_folder(backup);
    match keys {
        KeySource::File(path) => Ok(KeyFile::at(path.clone()).load()?),
        KeySource::New => Ok(Keys::generate(&SystemEntropy)?),
        KeySource::Backup if own.path().exists() => Ok(own.load()?),
        KeySource::Backup => {
            let what = "the backup holds no signing keys";
            Err(ArchiveError::plain(ArchiveErrorKind::NoKeys, what).with_remedy(
                "name their file, or generate others: every link sent so far is dead then",
            ))
        }
    }
}

/// Copies every file that the database names, and says what is wrong with it and them.
async fn fill(
    database: &Path,
    from: &FsBlobStore,
    to: &FsBlobStore,
    progress: &Bar,
) -> Result<Vec<Fault>, ArchiveError> {
    let store = SqliteStore::open(database)?;
    let found = store.check().await?;
    let mut faults: Vec<_> = found.into_iter().map(|what| Fault::Database { what }).collect();
    let (_, holdings) = holdings_of(&store, SystemClock.now()).await?;
    let (from, to) = (Side::of_folder(from), Side::of_folder(to));
    progress.set_total(holdings.iter().map(|holding| holding.size).sum());
    for holding in holdings {
        // Copied, never linked: a backup must not change with what is restored from it.
        faults.extend(bring(holding, &from, &to, Way::Copy, progress).await?);
    }
    Ok(faults)
}

fn refused(faults: &[Fault]) -> ArchiveError {
    let mut what = format!("the backup has {} faults, and nothing was restored:", faults.len());
    for fault in faults.iter().take(MAX_NAMED) {
        what.push_str(&format!("\n  {fault}"));
    }
    ArchiveError::plain(ArchiveErrorKind::Faults, what)
        .with_remedy("restore another backup, or what there is of this one")
}

/// Gives everything its place, the database last: without it, the folder is no installation.
fn settle(stage: &Path, data: &Path, keys: &Keys) -> Result<(), ArchiveError> {
    KeyFile::in_folder(data).store(keys)?;
    for name in [BLOBS, DATABASE] {
        std::fs::rename(stage.join(name), data.join(name))
            .map_err(|error| ArchiveError::of_path(&data.join(name), "cannot be written", error))?;
        sync_folder(data)?;
    }
    clear(stage)
}
