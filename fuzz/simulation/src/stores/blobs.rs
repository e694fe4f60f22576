use crate::fault::{Failure as _, StoreFault};
use crate::shared::{Shared, leave, pause};
use crate::violation::{Verdict, ensure};
use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::blob::{Blob, DirectAddress, DirectOptions, Stored};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::ids::BlobKey;
use desktop_delivery::{BlobStore, ByteStream, StoreError};
use futures_executor::block_on;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::ops::Range;
use std::sync::Arc;

/// The length of the pieces in which a blob is read, in bytes.
const PIECE: usize = 700;

/// A blob store whose blobs are checked against the deliveries that refer to them.
#[derive(Debug)]
pub(crate) struct SimulatedBlobs {
    shared: Shared,
    inner: Arc<dyn BlobStore>,
}

impl SimulatedBlobs {
    pub(crate) fn new(shared: Shared, inner: Arc<dyn BlobStore>) -> Self {
        Self { shared, inner }
    }

    fn put_now(&self, key: BlobKey, body: Vec<Bytes>) -> Result<Stored, StoreError> {
        let bytes = Bytes::from(body.concat());
        let pieces = body.into_iter().map(Ok);
        let stored = block_on(self.inner.put(key, Box::pin(stream::iter(pieces))))?;
        let state = &mut *self.shared.lock();
        let verdict = state.reference.expects_blob(key);
        state.judge(verdict);
        state.blobs.insert(key, bytes);
        Ok(stored)
    }

    fn delete_now(&self, key: BlobKey) -> Result<(), StoreError> {
        block_on(self.inner.delete(key))?;
        let state = &mut *self.shared.lock();
        let verdict = state.model.may_delete(key, &state.clocks);
        state.judge(verdict);
        state.blobs.remove(&key);
        Ok(())
    }

    /// Reads a blob, and compares its bytes with those that were put.
    fn get_now(
        &self,
        key: BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Bytes>, StoreError> {
        let Some(blob) = block_on(self.inner.get(key, range.clone()))? else {
            return Ok(None);
        };
        let pieces: Vec<Bytes> = block_on(blob.bytes.try_collect())
            .map_err(|_| StoreError::of(StoreErrorKind::Interrupted, "get"))?;
        let bytes = Bytes::from(pieces.concat());
        let state = &mut *self.shared.lock();
        let verdict = same_bytes(state.blobs.get(&key), range, &bytes);
        state.judge(verdict);
        Ok(Some(bytes))
    }

    fn size(&self, key: BlobKey) -> u64 {
        self.shared.lock().blobs.get(&key).map_or(0, |bytes| bytes.len() as u64)
    }
}

fn same_bytes(put: Option<&Bytes>, range: Option<Range<u64>>, got: &Bytes) -> Verdict {
    let put = put.map_or(&[][..], |bytes| &bytes[..]);
    let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(put.len());
    let wanted = match range {
        Some(range) => &put[at(range.start)..at(range.end).max(at(range.start))],
        None => put,
    };
    ensure!(wanted == got, "9 stored bytes changed", "{} and {} bytes", wanted.len(), got.len());
    Ok(())
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl BlobStore for SimulatedBlobs {
    async fn put(&self, key: BlobKey, mut body: ByteStream) -> Result<Stored, StoreError> {
        let fault = self.shared.enter("blobs", "put").await;
        if let Some(StoreFault::Before(kind)) = fault {
            return Err(StoreError::of(kind, "put"));
        }
        let mut pieces = Vec::new();
        while let Some(piece) = body.next().await {
            let interrupted =
                |error| StoreError::of(StoreErrorKind::Interrupted, "put").with_source(error);
            let piece: std::io::Result<Bytes> = piece;
            pieces.push(piece.map_err(interrupted)?);
        }
        let stored = self.put_now(key, pieces);
        leave(fault, "put", stored).await
    }

    /// A fault after the effect breaks the stream off after its first piece.
    async fn get(
        &self,
        key: BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Blob>, StoreError> {
        let fault = self.shared.enter("blobs", "get").await;
        if let Some(StoreFault::Before(kind)) = fault {
            pause().await;
            return Err(StoreError::of(kind, "get"));
        }
        let size = self.size(key);
        let Some(bytes) = self.get_now(key, range)? else {
            return leave(fault, "get", Ok(None)).await;
        };
        let is_broken = matches!(fault, Some(StoreFault::After(_)));
        let mut pieces: Vec<_> =
            bytes.chunks(PIECE).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        if is_broken {
            pieces.truncate(1);
            pieces.push(Err(std::io::ErrorKind::ConnectionReset.into()));
        }
        let bytes = stream::iter(pieces).then(|piece| async {
            pause().await;
            piece
        });
        let fault = fault.filter(|_| !is_broken);
        leave(fault, "get", Ok(Some(Blob { size, bytes: Box::pin(bytes) }))).await
    }

    async fn delete(&self, key: BlobKey) -> Result<(), StoreError> {
        self.shared.call("blobs", "delete", || self.delete_now(key)).await
    }

    async fn direct(
        &self,
        key: BlobKey,
        options: &DirectOptions,
    ) -> Result<Option<DirectAddress>, StoreError> {
        self.shared.call("blobs", "direct", || block_on(self.inner.direct(key, options))).await
    }
}
