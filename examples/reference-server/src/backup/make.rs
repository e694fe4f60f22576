use super::fault::Fault;
use super::files::{Side, Way, bring_all, digest_of, names, sync_folder, write};
use super::manifest::{FORMAT, Manifest};
use super::{Copied, holdings_of};
use crate::assemble::{Server, make_folder};
use crate::engines::{BLOBS, DATABASE};
use crate::holdings::Holding;
use crate::problem::Problem;
use desktop_delivery::{BlobStore as _, Timestamp};
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_identity::signing_keys::KeyFile;
use desktop_delivery_sqlite::SqliteStore;
use indicatif::ProgressBar;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Copies of the database that are made while files that it names go away.
const TRIES: u32 = 3;

/// How a backup is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MakeOptions {
    /// Copies the signing keys too.
    pub(crate) with_keys: bool,
    /// Copies files also where links could be made.
    pub(crate) copy: bool,
}

/// Makes a backup at `to`, which appears there when it is whole and durable.
pub(crate) async fn make(
    server: &Server,
    to: &Path,
    options: MakeOptions,
    bar: &ProgressBar,
) -> Result<Copied, Problem> {
    let (database, folder) = server.engines.embedded()?;
    let to = place_of(to)?;
    // One of links is none of copies.
    let part = part_of(&to, if options.copy { "copying" } else { "partial" });
    make_folder(&part)?;
    let _lock = lock_folder(&part)?;
    let blobs = FsBlobStore::open(part.join(BLOBS))?;
    let way = if options.copy { Way::Copy } else { Way::Link };
    let (from, target) = (Side::of_folder(folder), Side::of_folder(&blobs));

    let mut left = TRIES;
    let (made_at, requests, holdings, faults) = loop {
        let made_at = server.desk.now();
        let (requests, holdings) = snapshot(database, &part, made_at).await?;
        bar.set_position(0);
        bar.set_length(holdings.iter().map(|holding| holding.size).sum());
        let faults = bring_all(holdings.iter().copied(), &from, &target, way, bar).await?;
        left -= 1;
        // What is missing may have been deleted since the copy of the database was made; what the
        // next copy still names, and is missing then too, is lost.
        if left == 0 || !faults.iter().any(Fault::is_missing) {
            break (made_at, requests, holdings, faults);
        }
    };
    prune(&blobs, &holdings).await?;
    let keys = KeyFile::in_folder(&part);
    if options.with_keys {
        keys.store(&server.signing_keys.load().await?)?;
    } else {
        // Of an earlier try.
        keys.remove()?;
    }
    let manifest = seal(&part, options.with_keys, made_at, requests, &holdings).await?;
    blobs.sync().await?;
    settle_at(&part, &to)?;
    Ok(Copied { manifest, faults })
}

/// The place of a new folder.
pub(crate) fn place_of(to: &Path) -> Result<PathBuf, Problem> {
    let to = std::path::absolute(to)
        .map_err(|error| Problem::new(format!("{} is no place", to.display()), error))?;
    if to.file_name().is_none() {
        return Err(Problem::usage(format!("{} is no place for a copy", to.display())));
    }
    if !names(&to)?.is_empty() {
        return Err(Problem::plain(format!("{} is not empty", to.display()))
            .with_remedy("name a folder that is not there yet"));
    }
    Ok(to)
}

/// Where a copy is until it is whole, beside its place.
pub(crate) fn part_of(to: &Path, end: &str) -> PathBuf {
    let name = to.file_name().unwrap_or_default();
    to.with_file_name(format!(".{}.{end}", name.to_string_lossy()))
}

/// Keeps another copy to the same place away, as long as the file lives.
pub(crate) fn lock_folder(part: &Path) -> Result<File, Problem> {
    let taken = File::open(part).map_err(std::fs::TryLockError::Error).and_then(|folder| {
        folder.try_lock()?;
        Ok(folder)
    });
    taken.map_err(|error| {
        Problem::new("another copy to this place may be under way", error)
            .with_remedy("wait for its end, or name another folder")
    })
}

/// Gives a copy that is whole its name.
pub(crate) fn settle_at(part: &Path, to: &Path) -> Result<(), Problem> {
    std::fs::rename(part, to)
        .map_err(|error| Problem::new(format!("{} cannot get its name", to.display()), error))?;
    sync_folder(to.parent().unwrap_or(Path::new("/")))
}

/// Copies the database, and tells what it names.
async fn snapshot(
    store: &SqliteStore,
    part: &Path,
    now: Timestamp,
) -> Result<(u64, Vec<Holding>), Problem> {
    let database = part.join(DATABASE);
    store.backup(&database).await?;
    Ok(holdings_of(&SqliteStore::open(&database)?, now).await?)
}

/// Deletes what an earlier try had copied and nothing names any more.
pub(crate) async fn prune(blobs: &FsBlobStore, holdings: &[Holding]) -> Result<(), Problem> {
    let named: HashSet<_> = holdings.iter().map(|holding| holding.blob).collect();
    for key in blobs.keys().await? {
        if !named.contains(&key) {
            blobs.delete(key).await?;
        }
    }
    Ok(())
}

/// Writes the digests and the manifest.
pub(crate) async fn seal(
    part: &Path,
    with_keys: bool,
    made_at: Timestamp,
    requests: u64,
    holdings: &[Holding],
) -> Result<Manifest, Problem> {
    let database = digest_of(&part.join(DATABASE)).await?;
    let mut sums = format!("{database}  {DATABASE}\n");
    if with_keys {
        let keys = digest_of(KeyFile::in_folder(part).path()).await?;
        let _ = writeln!(sums, "{keys}  keys.json");
    }
    for Holding { blob, digest, .. } in holdings {
        let name = blob.to_string();
        let _ = writeln!(sums, "{digest}  {BLOBS}/{}/{name}", &name[..3]);
    }
    write(&part.join("SHA256SUMS"), sums.as_bytes())?;
    let manifest = Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: made_at.to_string(),
        requests,
        files: u64::try_from(holdings.len()).unwrap_or(u64::MAX),
        bytes: holdings.iter().map(|holding| holding.size).sum(),
        keys: with_keys,
        database,
        sums: digest_of(&part.join("SHA256SUMS")).await?,
    };
    manifest.write(part)?;
    Ok(manifest)
}
