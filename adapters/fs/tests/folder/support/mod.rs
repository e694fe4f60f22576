//! Blobs whose bytes depend on their position, and helpers to inspect a folder.

pub(crate) mod child;

use bytes::Bytes;
use desktop_delivery::ids::BlobKey;
use desktop_delivery::{BlobStore as _, ByteStream};
use desktop_delivery_fs::FsBlobStore;
use futures_util::stream::{self, StreamExt as _};
use std::fmt;
use std::fs;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// How the store is opened, which determines how unfinished puts are hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hiding {
    Named,
    /// With the standard library only, under a name.
    Portable,
    Unnamed,
}

impl Hiding {
    pub(crate) fn open(self, root: &Path) -> FsBlobStore {
        let opened = match self {
            Self::Named => FsBlobStore::open(root).map(FsBlobStore::with_named_files),
            Self::Portable => FsBlobStore::open_portably(root),
            Self::Unnamed => FsBlobStore::open(root),
        };
        opened.expect("open the folder")
    }
}

impl fmt::Display for Hiding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Named => "named",
            Self::Portable => "portable",
            Self::Unnamed => "unnamed",
        })
    }
}

pub(crate) fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build();
    runtime.expect("a runtime").block_on(work)
}

pub(crate) fn key(number: u64) -> BlobKey {
    let mut bytes = [0; 16];
    // Spreads keys over different shelves.
    bytes[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    BlobKey::from_bytes(bytes)
}

/// Returns the bytes of a blob in this range.
pub(crate) fn bytes(key: BlobKey, start: u64, end: u64) -> Vec<u8> {
    let salt = u64::from(key.as_bytes()[0]) << 8 | u64::from(key.as_bytes()[15]);
    (start..end)
        .map(|at| at.wrapping_add(salt).wrapping_mul(0x9e37_79b9).to_le_bytes()[3])
        .collect()
}

/// A body of `size` bytes in pieces of 16 KiB.
pub(crate) fn body(key: BlobKey, size: u64) -> ByteStream {
    const PIECE: u64 = 16 * 1024;
    let starts = stream::iter((0..size.div_ceil(PIECE)).map(|number| number * PIECE));
    Box::pin(starts.map(move |start| Ok(Bytes::from(bytes(key, start, (start + PIECE).min(size))))))
}

/// A body that never ends after its bytes.
pub(crate) fn stalling_body(key: BlobKey, size: u64) -> ByteStream {
    Box::pin(body(key, size).chain(stream::pending()))
}

pub(crate) fn breaking_body(key: BlobKey, size: u64) -> ByteStream {
    let end = stream::iter([Err(io::ErrorKind::ConnectionReset.into())]);
    Box::pin(body(key, size).chain(end))
}

pub(crate) async fn read(mut stream: ByteStream) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    while let Some(piece) = stream.next().await {
        all.extend_from_slice(&piece?);
    }
    Ok(all)
}

/// Returns the complete blob, if it exists.
pub(crate) async fn get(store: &FsBlobStore, key: BlobKey) -> Option<Vec<u8>> {
    let blob = store.get(key, None).await.expect("get")?;
    Some(read(blob.bytes).await.expect("read"))
}

/// Returns every file below a folder.
pub(crate) fn files(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root).expect("read a folder") {
        let path = entry.expect("an entry").path();
        if path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Waits up to 10 s for a condition that another thread or process brings about.
pub(crate) fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..5_000 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(2));
    }
    panic!("timed out after 10 s waiting for: {what}");
}
