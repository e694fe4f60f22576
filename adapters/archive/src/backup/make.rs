use super::fault::Fault;
use super::files::{Side, Way, copy_files, digest_of, names, sync_folder, write};
use super::manifest::{FORMAT, Manifest};
use super::{Copied, holdings_of};
use crate::engines::{BLOBS, DATABASE, Installation};
use crate::error::{ArchiveError, ArchiveErrorKind};
use crate::folder::create_private_folder;
use crate::holdings::Holding;
use crate::progress::Progress;
use desktop_delivery::{BlobStore as _, Timestamp};
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_identity::signing_keys::KeyFile;
use desktop_delivery_sqlite::SqliteStore;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The number of database copies made while files that a copy refers to are being deleted.
const TRIES: u32 = 3;

/// Options of a backup. Default: no keys, and hard links where possible.
#[derive(Clone, Copy, Debug, Default)]
pub struct BackupOptions {
    /// Whether to copy the signing keys. With them, the holder of the backup can open every link.
    pub with_keys: bool,
    /// Whether to copy files even where hard links are possible. A link takes no space but is lost
    /// with the disk.
    pub copy: bool,
}

/// Makes a backup of an embedded installation while a server uses it. The folder `to` appears once
/// the backup is complete and durable. Files copied by an interrupted backup to the same target are
/// reused.
///
/// `progress` counts bytes.
///
/// # Errors
/// [`ArchiveErrorKind::NotEmbedded`], [`PlaceTaken`](ArchiveErrorKind::PlaceTaken),
/// [`PlaceUnnamed`](ArchiveErrorKind::PlaceUnnamed), [`Keys`](ArchiveErrorKind::Keys),
/// [`Store`](ArchiveErrorKind::Store) and [`Unexpected`](ArchiveErrorKind::Unexpected). Damaged
/// files are not an error; they are listed in [`Copied::faults`].
pub async fn back_up(
    installation: Installation<'_>,
    to: &Path,
    options: BackupOptions,
    progress: &Arc<dyn Progress>,
) -> Result<Copied, ArchiveError> {
    let (database, folder) = installation.engines.embedded()?;
    let to = place_of(to)?;
    // Separate names, so that a copy never continues from links.
    let part = part_of(&to, if options.copy { "copying" } else { "partial" });
    create_private_folder(&part)?;
    let _lock = lock_folder(&part)?;
    let blobs = FsBlobStore::open(part.join(BLOBS))?;
    let way = if options.copy { Way::Copy } else { Way::Link };
    let (from, target) = (Side::of_folder(folder), Side::of_folder(&blobs));

    let (mut left, mut total) = (TRIES, 0);
    let (made_at, requests, holdings, faults) = loop {
        let made_at = installation.clock.now();
        let (requests, holdings) = snapshot(database, &part, made_at).await?;
        total += holdings.iter().map(|holding| holding.size).sum::<u64>();
        progress.set_total(total);
        let faults = copy_files(holdings.iter().copied(), &from, &target, way, progress).await?;
        left -= 1;
        // Missing files may have been deleted since the database was copied. A file that the next
        // copy still refers to and that is still missing is lost.
        if left == 0 || !faults.iter().any(Fault::is_missing) {
            break (made_at, requests, holdings, faults);
        }
    };
    prune(&blobs, &holdings).await?;
    let keys = KeyFile::in_folder(&part);
    if options.with_keys {
        keys.store(&installation.signing_keys.load().await?)?;
    } else {
        // Left by an earlier attempt.
        keys.remove()?;
    }
    let manifest = seal(&part, options.with_keys, made_at, requests, &holdings).await?;
    blobs.sync().await?;
    publish(&part, &to)?;
    Ok(Copied { manifest, faults })
}

/// Returns the absolute path of a new folder, which must be missing or empty.
pub(crate) fn place_of(to: &Path) -> Result<PathBuf, ArchiveError> {
    let to = std::path::absolute(to)
        .map_err(|error| ArchiveError::of_path(to, "is not a usable path", error))?;
    if to.file_name().is_none() {
        let what = format!("{} cannot be the target of a copy", to.display());
        return Err(ArchiveError::plain(ArchiveErrorKind::PlaceUnnamed, what)
            .with_remedy("choose a folder that does not exist yet"));
    }
    if !names(&to)?.is_empty() {
        let what = format!("{} is not empty", to.display());
        return Err(ArchiveError::plain(ArchiveErrorKind::PlaceTaken, what)
            .with_remedy("choose a folder that does not exist yet"));
    }
    Ok(to)
}

/// Returns the path of an unfinished copy, next to its target.
pub(crate) fn part_of(to: &Path, end: &str) -> PathBuf {
    let name = to.file_name().unwrap_or_default();
    to.with_file_name(format!(".{}.{end}", name.to_string_lossy()))
}

/// Locks an unfinished copy against other copies to the same target until the file is dropped.
pub(crate) fn lock_folder(part: &Path) -> Result<File, ArchiveError> {
    // Only Unix can lock the folder itself; on other systems, a file next to it is locked.
    #[cfg(unix)]
    let opened = File::open(part);
    #[cfg(not(unix))]
    let opened = File::create(part.with_added_extension("lock"));
    let taken = opened.map_err(std::fs::TryLockError::Error).and_then(|folder| {
        folder.try_lock()?;
        Ok(folder)
    });
    taken.map_err(|error| {
        let what = "another copy to this folder may be running";
        ArchiveError::new(ArchiveErrorKind::PlaceTaken, what, error)
            .with_remedy("wait for it to finish, or choose another folder")
    })
}

/// Renames a complete copy to its target.
pub(crate) fn publish(part: &Path, to: &Path) -> Result<(), ArchiveError> {
    std::fs::rename(part, to)
        .map_err(|error| ArchiveError::of_path(to, "cannot be created", error))?;
    sync_folder(to.parent().unwrap_or(Path::new("/")))
}

/// Copies the database and returns the number of requests and the files it needs.
async fn snapshot(
    store: &SqliteStore,
    part: &Path,
    now: Timestamp,
) -> Result<(u64, Vec<Holding>), ArchiveError> {
    let database = part.join(DATABASE);
    store.backup(&database).await?;
    Ok(holdings_of(&SqliteStore::open(&database)?, now).await?)
}

/// Deletes files that an earlier attempt copied and that are no longer needed.
pub(crate) async fn prune(blobs: &FsBlobStore, holdings: &[Holding]) -> Result<(), ArchiveError> {
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
) -> Result<Manifest, ArchiveError> {
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
