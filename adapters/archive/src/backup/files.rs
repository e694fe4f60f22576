use super::fault::Fault;
use crate::engines::Engines;
use crate::error::ArchiveError;
use crate::holdings::Holding;
use crate::progress::{SharedProgress, hidden};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::ids::Digest;
use desktop_delivery::{BlobStore, ByteStream, StoreError};
use desktop_delivery_fs::{FsBlobStore, Linked};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sha2::{Digest as _, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The number of files copied at once.
const AT_ONCE: usize = 4;

/// Whether files are copied or hard-linked if possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Copy,
    Link,
}

/// The source or the target of a copy.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    blobs: Arc<dyn BlobStore>,
    /// The same store, if it is a local folder.
    folder: Option<FsBlobStore>,
}

impl Side {
    pub(crate) fn of(engines: &Engines) -> Self {
        Self { blobs: Arc::clone(&engines.blobs), folder: engines.folder.clone() }
    }

    pub(crate) fn of_folder(folder: &FsBlobStore) -> Self {
        Self { blobs: Arc::new(folder.clone()), folder: Some(folder.clone()) }
    }
}

/// Copies the bytes of several files from one store to another and returns the faults found.
pub(crate) async fn copy_files(
    holdings: impl IntoIterator<Item = Holding>,
    from: &Side,
    to: &Side,
    way: Way,
    progress: &SharedProgress,
) -> Result<Vec<Fault>, StoreError> {
    stream::iter(holdings)
        .map(|holding| copy_file(holding, from, to, way, progress))
        .buffer_unordered(AT_ONCE)
        .try_filter_map(|fault| std::future::ready(Ok(fault)))
        .try_collect()
        .await
}

/// Copies the bytes of a file from one store to another unless an earlier attempt did. Returns the
/// fault of a damaged or missing file.
pub(super) async fn copy_file(
    holding: Holding,
    from: &Side,
    to: &Side,
    way: Way,
    progress: &SharedProgress,
) -> Result<Option<Fault>, StoreError> {
    let key = holding.blob;
    if let Some(blob) = to.blobs.get(key, None).await? {
        // Read in full, because an earlier attempt may have stopped before reporting damage.
        let is_intact = match way {
            Way::Link => blob.size == holding.size,
            Way::Copy => read(holding, Arc::clone(&to.blobs), hidden()).await.is_none(),
        };
        if is_intact {
            progress.advance(holding.size);
            return Ok(None);
        }
        to.blobs.delete(key).await?;
    }
    if way == Way::Link
        && let (Some(source), Some(target)) = (&from.folder, &to.folder)
    {
        match source.link(key, target).await? {
            Linked::Done => {
                progress.advance(holding.size);
                let size = target.get(key, None).await?.map(|blob| blob.size);
                let is_intact = size == Some(holding.size);
                return Ok((!is_intact).then(|| Fault::differs(&holding, "its size is different")));
            }
            Linked::Missing => return Ok(Some(Fault::missing(&holding))),
            _ => {}
        }
    }
    let Some(blob) = from.blobs.get(key, None).await? else {
        return Ok(Some(Fault::missing(&holding)));
    };
    match to.blobs.put(key, counted(blob.bytes, Arc::clone(progress))).await {
        Ok(stored) if (stored.size, stored.digest) == (holding.size, holding.digest) => Ok(None),
        Ok(_) => {
            Ok(Some(Fault::differs(&holding, "its bytes differ from those that were attached")))
        }
        Err(error) if error.kind() == StoreErrorKind::Interrupted => {
            Ok(Some(Fault::differs(&holding, "its bytes cannot be read")))
        }
        Err(error) => Err(error),
    }
}

/// Reads the bytes of a file to the end and returns the fault if they are damaged.
pub(super) async fn read(
    holding: Holding,
    store: Arc<dyn BlobStore>,
    progress: SharedProgress,
) -> Option<Fault> {
    let unreadable = || Some(Fault::differs(&holding, "its bytes cannot be read"));
    let mut bytes = match store.get(holding.blob, None).await {
        Ok(Some(blob)) if blob.size != holding.size => {
            return Some(Fault::differs(&holding, "its size is different"));
        }
        Ok(Some(blob)) => counted(blob.bytes, progress),
        Ok(None) => return Some(Fault::missing(&holding)),
        Err(_) => return unreadable(),
    };
    let mut hash = Sha256::new();
    loop {
        match bytes.try_next().await {
            Ok(Some(piece)) => hash.update(&piece),
            Ok(None) => break,
            Err(_) => return unreadable(),
        }
    }
    let is_intact = hash.finalize().as_slice() == holding.digest.as_bytes();
    (!is_intact).then(|| Fault::differs(&holding, "its bytes differ from those that were attached"))
}

fn counted(bytes: ByteStream, progress: SharedProgress) -> ByteStream {
    Box::pin(bytes.inspect_ok(move |piece| {
        progress.advance(u64::try_from(piece.len()).unwrap_or(u64::MAX));
    }))
}

/// Returns the SHA-256 of a file in hexadecimal.
pub(super) async fn digest_of(path: &Path) -> Result<String, ArchiveError> {
    let read = |path: PathBuf| {
        let mut hash = Sha256::new();
        let mut file = File::open(path)?;
        let mut piece = vec![0; 256 * 1024];
        loop {
            match io::Read::read(&mut file, &mut piece)? {
                0 => {
                    return Ok::<_, io::Error>(
                        Digest::from_bytes(hash.finalize().into()).to_string(),
                    );
                }
                length => hash.update(&piece[..length]),
            }
        }
    };
    let failed = |error: io::Error| ArchiveError::of_path(path, "cannot be read", error);
    let owned = path.to_owned();
    match tokio::task::spawn_blocking(move || read(owned)).await {
        Ok(outcome) => outcome.map_err(failed),
        Err(error) => Err(failed(io::Error::other(error))),
    }
}

/// Writes a file durably with access for its owner only, replacing an existing one.
pub(super) fn write(path: &Path, text: &[u8]) -> Result<(), ArchiveError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path);
    file.and_then(|mut file| file.write_all(text).and_then(|()| file.sync_all()))
        .map_err(|error| ArchiveError::of_path(path, "cannot be written", error))
}

/// Does nothing: only Unix can sync a folder.
#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> Result<(), ArchiveError> {
    Ok(())
}

/// Makes the names in a folder durable.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> Result<(), ArchiveError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| ArchiveError::of_path(folder, "cannot be written", error))
}

/// Deletes a folder with its contents, if it exists.
pub(crate) fn clear(folder: &Path) -> Result<(), ArchiveError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(ArchiveError::of_path(folder, "cannot be deleted", error))
        }
        _ => Ok(()),
    }
}

/// Returns the names in a folder, or none if it does not exist.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, ArchiveError> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        outcome => outcome,
    };
    let names = entries.and_then(|entries| {
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    });
    names.map_err(|error| ArchiveError::of_path(folder, "cannot be read", error))
}
