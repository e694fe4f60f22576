use super::faults::Faults;
use crate::model::ids::{BlobKey, Digest};
use crate::ports::blob_store::{Blob, BlobStore, ByteStream, Stored};
use crate::ports::{StoreError, StoreErrorKind};
use async_trait::async_trait;
use bytes::Bytes;
use futures_core::Stream;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::{self, Debug};
use std::future::poll_fn;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

/// The maximum size in bytes of a piece streamed by [`MemoryBlobStore`].
const CHUNK: usize = 64 * 1024;

/// A blob store in memory, with all guarantees of [`BlobStore`] except durability and constant
/// memory.
///
/// Tests can plan failures: [`fail_next`](Self::fail_next), [`fail_next_put`](Self::fail_next_put),
/// [`fail_next_delete`](Self::fail_next_delete), [`lose_next_reply`](Self::lose_next_reply),
/// [`break_next_read`](Self::break_next_read). Each planned failure happens once, oldest first.
/// [`flip_a_bit`](Self::flip_a_bit) changes a stored blob.
#[derive(Default)]
pub struct MemoryBlobStore {
    blobs: Mutex<BTreeMap<BlobKey, Bytes>>,
    breaks: Mutex<VecDeque<usize>>,
    faults: Faults,
}

impl MemoryBlobStore {
    /// Creates an empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the keys of all blobs in order.
    #[must_use]
    pub fn keys(&self) -> Vec<BlobKey> {
        super::lock(&self.blobs).keys().copied().collect()
    }

    /// Makes the next call of any method fail with an error of this kind, without effect.
    pub fn fail_next(&self, kind: StoreErrorKind) {
        self.faults.fail_next(None, kind);
    }

    /// Makes the next put fail with an error of this kind, without effect.
    pub fn fail_next_put(&self, kind: StoreErrorKind) {
        self.faults.fail_next(Some("put"), kind);
    }

    /// Makes the next deletion fail with an error of this kind, without effect.
    pub fn fail_next_delete(&self, kind: StoreErrorKind) {
        self.faults.fail_next(Some("delete"), kind);
    }

    /// Makes the next put store the whole blob and then fail with kind `Unavailable`.
    pub fn lose_next_reply(&self) {
        self.faults.lose_next_reply();
    }

    /// Flips a bit in the last byte of a blob, as a failing disk might. Returns whether the blob
    /// exists.
    pub fn flip_a_bit(&self, key: BlobKey) -> bool {
        let blobs = &mut *super::lock(&self.blobs);
        let Some(bytes) = blobs.get_mut(&key) else { return false };
        let mut changed = bytes.to_vec();
        let Some(last) = changed.last_mut() else { return false };
        *last ^= 1;
        *bytes = changed.into();
        true
    }

    /// Makes the next opened stream fail after this many bytes, unless it is shorter.
    pub fn break_next_read(&self, after: usize) {
        super::lock(&self.breaks).push_back(after);
    }
}

impl Debug for MemoryBlobStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blobs = super::lock(&self.blobs).len();
        f.debug_struct("MemoryBlobStore").field("blobs", &blobs).finish_non_exhaustive()
    }
}

#[async_trait]
impl BlobStore for MemoryBlobStore {
    async fn put(&self, key: BlobKey, mut body: ByteStream) -> Result<Stored, StoreError> {
        self.faults.before("put")?;
        let mut bytes = Vec::new();
        while let Some(chunk) = poll_fn(|cx| body.as_mut().poll_next(cx)).await {
            let chunk = chunk.map_err(|error| {
                StoreError::new(StoreErrorKind::Interrupted, "memory", "put").with_source(error)
            })?;
            bytes.extend_from_slice(&chunk);
        }
        let digest = Digest::from_bytes(Sha256::digest(&bytes).into());
        let size = bytes.len() as u64;
        let blobs = &mut *super::lock(&self.blobs);
        if blobs.contains_key(&key) {
            return Err(StoreError::new(StoreErrorKind::Unexpected, "memory", "put"));
        }
        blobs.insert(key, bytes.into());
        self.faults.after("put")?;
        Ok(Stored { size, digest })
    }

    async fn get(
        &self,
        key: BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Blob>, StoreError> {
        self.faults.before("get")?;
        let Some(whole) = super::lock(&self.blobs).get(&key).cloned() else { return Ok(None) };
        let left = match range {
            None => whole.clone(),
            Some(range) => {
                let place = |at| usize::try_from(at).unwrap_or(usize::MAX).min(whole.len());
                let (start, end) = (place(range.start), place(range.end));
                whole.slice(start..end.max(start))
            }
        };
        let breaks_after = super::lock(&self.breaks).pop_front();
        let bytes = Box::pin(Reading { left, breaks_after });
        Ok(Some(Blob { size: whole.len() as u64, bytes }))
    }

    async fn delete(&self, key: BlobKey) -> Result<(), StoreError> {
        self.faults.before("delete")?;
        super::lock(&self.blobs).remove(&key);
        Ok(())
    }
}

/// Streams a blob piece by piece, independent of later changes to the store.
struct Reading {
    left: Bytes,
    breaks_after: Option<usize>,
}

impl Stream for Reading {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        let mut length = CHUNK.min(self.left.len());
        if let Some(breaks_after) = self.breaks_after {
            if breaks_after == 0 {
                self.left.clear();
                return Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())));
            }
            length = length.min(breaks_after);
            self.breaks_after = Some(breaks_after - length);
        }
        Poll::Ready(Some(Ok(self.left.split_to(length))))
    }
}
