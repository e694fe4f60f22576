use crate::model::ids::BlobKey;
use crate::ports::blob_store::{BlobStore, ByteStream};
use crate::ports::{StoreError, StoreErrorKind};
use bytes::{Buf as _, Bytes, BytesMut};
use std::future::poll_fn;
use std::ops::Range;

/// The distance up to which reading on is cheaper than opening the file at another offset.
const SKIP_BYTES: u64 = 1 << 20;

/// Reads ranges of a stored file in ascending order, with one open stream and constant memory.
pub(super) struct Forward<'a> {
    blobs: &'a dyn BlobStore,
    blob: BlobKey,
    size: u64,
    stream: Option<ByteStream>,
    /// The offset at which `piece` begins.
    at: u64,
    piece: Bytes,
}

impl<'a> Forward<'a> {
    pub(super) const fn new(blobs: &'a dyn BlobStore, blob: BlobKey, size: u64) -> Self {
        Self { blobs, blob, size, stream: None, at: 0, piece: Bytes::new() }
    }

    /// Returns the bytes of a range, which must lie within the file and not begin before the end of
    /// the previous range.
    pub(super) async fn read(&mut self, range: Range<u64>) -> Result<BytesMut, StoreError> {
        if range.is_empty() {
            return Ok(BytesMut::new());
        }
        let failed = || StoreError::new(StoreErrorKind::Unexpected, "blob store", "read");
        if self.stream.is_none() || range.start < self.at || range.start - self.at > SKIP_BYTES {
            let rest = Some(range.start..self.size);
            let opened = self.blobs.get(self.blob, rest).await?.ok_or_else(failed)?;
            (self.stream, self.at, self.piece) = (Some(opened.bytes), range.start, Bytes::new());
        }
        let mut read = BytesMut::new();
        while self.at < range.end {
            let wanted = if self.at < range.start { range.start } else { range.end } - self.at;
            let taken = self.piece.len().min(usize::try_from(wanted).unwrap_or(usize::MAX));
            if self.at >= range.start {
                read.extend_from_slice(&self.piece[..taken]);
            }
            self.piece.advance(taken);
            self.at += u64::try_from(taken).unwrap_or(u64::MAX);
            if self.piece.is_empty() && self.at < range.end {
                let stream = self.stream.as_mut().ok_or_else(failed)?;
                let next = poll_fn(|task| stream.as_mut().poll_next(task)).await;
                self.piece = next.ok_or_else(failed)?.map_err(|e| failed().with_source(e))?;
            }
        }
        Ok(read)
    }
}
