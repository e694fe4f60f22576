use super::fault::Fault;
use super::files::{Side, Way, bring, clear, names, sync_folder};
use super::manifest::Manifest;
use super::{Copied, holdings_of};
use crate::assemble::make_folder;
use crate::engines::{BLOBS, DATABASE};
use crate::lock::Lock;
use crate::problem::Problem;
use desktop_delivery::{Clock as _, SystemClock, SystemEntropy};
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_identity::signing_keys::{KeyFile, Keys as SigningKeys};
use desktop_delivery_sqlite::SqliteStore;
use indicatif::ProgressBar;
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
    let keys = keys_of(backup, &options.keys)?;
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

/// The signing keys that belong to a backup.
pub(crate) fn keys_of(backup: &Path, keys: &Keys) -> Result<SigningKeys, Problem> {
    let own = KeyFile::in_folder(backup);
    match keys {
        Keys::From(path) => Ok(KeyFile::at(path.clone()).load()?),
        Keys::New => Ok(SigningKeys::generate(&SystemEntropy)?),
        Keys::OfBackup if own.path().exists() => Ok(own.load()?),
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
    let (from, to) = (Side::of_folder(from), Side::of_folder(to));
    bar.set_length(holdings.iter().map(|holding| holding.size).sum());
    for holding in holdings {
        // Copied, never linked: a backup must not change with what is restored from it.
        faults.extend(bring(holding, &from, &to, Way::Copy, bar).await?);
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
fn settle(stage: &Path, data: &Path, keys: &SigningKeys) -> Result<(), Problem> {
    KeyFile::in_folder(data).store(keys)?;
    for name in [BLOBS, DATABASE] {
        std::fs::rename(stage.join(name), data.join(name))
            .map_err(|error| Problem::new(format!("{name} cannot get its place"), error))?;
        sync_folder(data)?;
    }
    clear(stage)
}
