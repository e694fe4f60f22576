use super::fault::Fault;
use super::files::{Way, bring, names, sync_folder};
use super::manifest::Manifest;
use super::{Copied, holdings_of};
use crate::assemble::{BLOBS, DATABASE, make_folder};
use crate::lock::Lock;
use crate::problem::Problem;
use crate::signing_keys;
use desktop_delivery::{Clock as _, KeyRing, SystemClock, SystemEntropy};
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_sqlite::SqliteStore;
use indicatif::ProgressBar;
use std::io;
use std::path::{Path, PathBuf};

/// Where everything is until it was checked.
const STAGE: &str = ".restoring";
/// Faults that an error names; `--with-faults` tells all.
const MAX_NAMED: usize = 10;

/// Where the signing keys come from.
#[derive(Debug)]
pub(crate) enum Keys {
    /// From this file.
    From(PathBuf),
    /// They are made.
    New,
    /// From the backup.
    OfBackup,
}

/// How a backup is restored.
#[derive(Debug)]
pub(crate) struct RestoreOptions {
    pub(crate) keys: Keys,
    /// Restores also what is damaged.
    pub(crate) with_faults: bool,
}

/// Puts a backup into an empty data folder; nothing is there before all of it was checked.
pub(crate) async fn restore(
    backup: &Path,
    data: &Path,
    options: RestoreOptions,
    bar: &ProgressBar,
) -> Result<Copied, Problem> {
    let manifest = Manifest::read(backup)?;
    // Before the long work: without keys it would be in vain.
    let keys = keys(backup, &options.keys)?;
    make_folder(data)?;
    let _lock = Lock::take(data)?;
    if names(data)?.iter().any(|name| !matches!(&**name, "lock" | STAGE)) {
        return Err(Problem::plain(format!("the data folder {} is not empty", data.display()))
            .with_remedy(
                "set DESKTOP_DELIVERY_DATA to an empty folder, or move what is there away",
            ));
    }
    let stage = data.join(STAGE);
    // Of a restore that was interrupted.
    clear(&stage)?;
    make_folder(&stage)?;

    Manifest::check(&backup.join(DATABASE), &manifest.database).await?;
    Manifest::check(&backup.join("SHA256SUMS"), &manifest.sums).await?;
    let database = stage.join(DATABASE);
    std::fs::copy(backup.join(DATABASE), &database)
        .map_err(|error| Problem::new("the database cannot be copied", error))?;
    let (from, to) = (stores(backup)?, stores(&stage)?);
    let faults = fill(&database, &from, &to, bar).await?;
    if !faults.is_empty() && !options.with_faults {
        clear(&stage)?;
        return Err(refused(&faults));
    }
    to.sync().await?;
    settle(&stage, data, &keys)?;
    Ok(Copied { manifest, faults })
}

fn stores(folder: &Path) -> Result<FsBlobStore, Problem> {
    Ok(FsBlobStore::open(folder.join(BLOBS))?)
}

fn keys(backup: &Path, keys: &Keys) -> Result<KeyRing, Problem> {
    match keys {
        Keys::From(path) => signing_keys::load(path),
        Keys::New => signing_keys::make(&SystemEntropy),
        Keys::OfBackup if signing_keys::path(backup).exists() => {
            signing_keys::load(&signing_keys::path(backup))
        }
        Keys::OfBackup => Err(Problem::usage("the backup holds no signing keys").with_remedy(
            "name their file with --keys; or --new-keys makes others, which no link sent so far \
             outlives",
        )),
    }
}

/// Copies every file that the database names, and says what is wrong with it and them.
async fn fill(
    database: &Path,
    from: &FsBlobStore,
    to: &FsBlobStore,
    bar: &ProgressBar,
) -> Result<Vec<Fault>, Problem> {
    let store = SqliteStore::open(database)?;
    let found = store.check().await?;
    let mut faults: Vec<_> = found.into_iter().map(|what| Fault::Database { what }).collect();
    let (_, holdings) = holdings_of(&store, SystemClock.now()).await?;
    bar.set_length(holdings.iter().map(|holding| holding.size).sum());
    for holding in holdings {
        // Copied, never linked: a backup must not change with what is restored from it.
        faults.extend(bring(holding, from, to, Way::Copy, bar).await?);
    }
    Ok(faults)
}

fn refused(faults: &[Fault]) -> Problem {
    let mut what = format!("the backup has {} faults, and nothing was restored:", faults.len());
    for fault in faults.iter().take(MAX_NAMED) {
        what.push_str(&format!("\n  {fault}"));
    }
    Problem::plain(what)
        .with_remedy("restore another backup, or add --with-faults to have what there is")
}

/// Gives everything its place, the database last: without it, the folder is no installation.
fn settle(stage: &Path, data: &Path, keys: &KeyRing) -> Result<(), Problem> {
    signing_keys::store(data, keys)?;
    for name in [BLOBS, DATABASE] {
        std::fs::rename(stage.join(name), data.join(name))
            .map_err(|error| Problem::new(format!("{name} cannot get its place"), error))?;
        sync_folder(data)?;
    }
    clear(stage)
}

fn clear(stage: &Path) -> Result<(), Problem> {
    match std::fs::remove_dir_all(stage) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Problem::new(format!("{} cannot be deleted", stage.display()), error))
        }
        _ => Ok(()),
    }
}
