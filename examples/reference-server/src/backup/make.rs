use super::fault::Fault;
use super::files::{Way, bring, digest_of, names, sync_folder, write};
use super::manifest::{FORMAT, Manifest};
use super::{Copied, holdings_of};
use crate::assemble::{BLOBS, DATABASE, Server, make_folder};
use crate::holdings::Holding;
use crate::problem::Problem;
use crate::signing_keys;
use desktop_delivery::{BlobStore as _, Timestamp};
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_sqlite::SqliteStore;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::ProgressBar;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Copies of the database that are made while files that it names go away.
const TRIES: u32 = 3;
/// Files that are copied at once.
const AT_ONCE: usize = 4;

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
    data: &Path,
    to: &Path,
    options: MakeOptions,
    bar: &ProgressBar,
) -> Result<Copied, Problem> {
    let to = std::path::absolute(to)
        .map_err(|error| Problem::new(format!("{} is no place", to.display()), error))?;
    if !names(&to)?.is_empty() {
        return Err(Problem::plain(format!("{} is not empty", to.display()))
            .with_remedy("name a folder that is not there yet"));
    }
    let part = part_of(&to, options)?;
    make_folder(&part)?;
    let _lock = lock(&part)?;
    let blobs = FsBlobStore::open(part.join(BLOBS))?;
    let way = if options.copy { Way::Copy } else { Way::Link };

    let mut left = TRIES;
    let (made_at, requests, holdings, faults) = loop {
        let made_at = server.desk.now();
        let (requests, holdings) = snapshot(server, &part, made_at).await?;
        bar.set_position(0);
        bar.set_length(holdings.iter().map(|holding| holding.size).sum());
        let faults: Vec<Fault> = stream::iter(holdings.clone())
            .map(|holding| bring(holding, &server.blobs, &blobs, way, bar))
            .buffer_unordered(AT_ONCE)
            .try_filter_map(|fault| std::future::ready(Ok(fault)))
            .try_collect()
            .await?;
        left -= 1;
        // What is missing may have been deleted since the copy of the database was made; what the
        // next copy still names, and is missing then too, is lost.
        if left == 0 || !faults.iter().any(Fault::is_missing) {
            break (made_at, requests, holdings, faults);
        }
    };
    prune(&blobs, &holdings).await?;
    let keys = part.join("keys.json");
    if options.with_keys {
        signing_keys::store(&part, &signing_keys::load(&signing_keys::path(data))?)?;
    } else if keys.exists() {
        // Of an earlier try.
        std::fs::remove_file(&keys)
            .map_err(|error| Problem::new("the keys of an earlier try stay", error))?;
    }
    let manifest = seal(&part, options, made_at, requests, &holdings).await?;
    blobs.sync().await?;
    std::fs::rename(&part, &to)
        .map_err(|error| Problem::new(format!("{} cannot get its name", to.display()), error))?;
    sync_folder(to.parent().unwrap_or(Path::new("/")))?;
    Ok(Copied { manifest, faults })
}

/// Where a backup is until it is whole, beside its place. One of links is none of copies.
fn part_of(to: &Path, options: MakeOptions) -> Result<PathBuf, Problem> {
    let Some(name) = to.file_name() else {
        return Err(Problem::usage(format!("{} is no place for a backup", to.display())));
    };
    let end = if options.copy { "copying" } else { "partial" };
    Ok(to.with_file_name(format!(".{}.{end}", name.to_string_lossy())))
}

fn lock(part: &Path) -> Result<File, Problem> {
    let taken = File::open(part).map_err(std::fs::TryLockError::Error).and_then(|folder| {
        folder.try_lock()?;
        Ok(folder)
    });
    taken.map_err(|error| {
        Problem::new("another backup to this place may be under way", error)
            .with_remedy("wait for its end, or name another folder")
    })
}

/// Copies the database, and tells what it names.
async fn snapshot(
    server: &Server,
    part: &Path,
    now: Timestamp,
) -> Result<(u64, Vec<Holding>), Problem> {
    let database = part.join(DATABASE);
    server.store.backup(&database).await?;
    Ok(holdings_of(&SqliteStore::open(&database)?, now).await?)
}

/// Deletes what an earlier try had copied and nothing names any more.
async fn prune(blobs: &FsBlobStore, holdings: &[Holding]) -> Result<(), Problem> {
    let named: HashSet<_> = holdings.iter().map(|holding| holding.blob).collect();
    for key in blobs.keys().await? {
        if !named.contains(&key) {
            blobs.delete(key).await?;
        }
    }
    Ok(())
}

/// Writes the digests and the manifest.
async fn seal(
    part: &Path,
    options: MakeOptions,
    made_at: Timestamp,
    requests: u64,
    holdings: &[Holding],
) -> Result<Manifest, Problem> {
    let database = digest_of(&part.join(DATABASE)).await?;
    let mut sums = format!("{database}  {DATABASE}\n");
    if options.with_keys {
        let keys = digest_of(&signing_keys::path(part)).await?;
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
        keys: options.with_keys,
        database,
        sums: digest_of(&part.join("SHA256SUMS")).await?,
    };
    manifest.write(part)?;
    Ok(manifest)
}
