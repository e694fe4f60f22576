use crate::model::ids::BlobKey;
use crate::ports::blob_store::BlobStore;
use crate::ports::{StoreError, StoreErrorKind};
use bytes::BytesMut;
use rawzip::ReaderAt;
use std::cell::Cell;
use std::future::poll_fn;
use std::io;
use std::ops::Range;

/// The maximum number of bytes read from a file for its directory.
const MAX_READ_BYTES: u64 = 4 << 20;
/// The number of bytes of the first read; it doubles with each read.
const FIRST_READ_BYTES: u64 = 64 << 10;
/// The maximum number of reads.
const MAX_READS: usize = 24;

/// The parts of a stored file read so far, for synchronous parsers.
///
/// A parser fails at a missing part; [`run`](Self::run) fetches the part and restarts the parser.
pub(super) struct Window {
    size: u64,
    parts: Vec<(u64, BytesMut)>,
    missing: Cell<Option<Range<u64>>>,
}

/// An unreasonable amount of the file would have to be read.
pub(super) struct TooMuch;

impl Window {
    /// Creates the window of a file of this size whose first bytes are known.
    pub(super) fn new(size: u64, head: &[u8]) -> Self {
        Self { size, parts: vec![(0, BytesMut::from(head))], missing: Cell::new(None) }
    }

    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// Runs a parser until no part is missing.
    pub(super) async fn run<T>(
        &mut self,
        blobs: &dyn BlobStore,
        blob: BlobKey,
        parser: impl Fn(&Self) -> T,
    ) -> Result<Result<T, TooMuch>, StoreError> {
        let (mut left, mut at_once) = (MAX_READ_BYTES, FIRST_READ_BYTES);
        for _ in 0..MAX_READS {
            let parsed = parser(self);
            let Some(missing) = self.missing.take() else { return Ok(Ok(parsed)) };
            let length = (missing.end - missing.start).max(at_once);
            // A directory is first read backward from its end, then forward.
            let end = missing.start.saturating_add(length).min(self.size);
            let start = missing.start.min(end.saturating_sub(length));
            left = match left.checked_sub(end - start) {
                Some(left) => left,
                None => break,
            };
            let part = read(blobs, blob, start..end).await?;
            self.parts.push((start, part));
            at_once = (at_once * 2).min(1 << 20);
        }
        Ok(Err(TooMuch))
    }

    /// Returns the bytes of a range, or `None` if they have not been read or lie beyond the end.
    pub(super) fn bytes(&self, range: Range<u64>) -> Option<Vec<u8>> {
        let length = usize::try_from(range.end.checked_sub(range.start)?).ok()?;
        if range.end > self.size {
            return None;
        }
        let mut bytes = vec![0; length];
        self.read_exact_at(&mut bytes, range.start).is_ok().then_some(bytes)
    }
}

impl ReaderAt for Window {
    fn read_at(&self, to: &mut [u8], offset: u64) -> io::Result<usize> {
        if offset >= self.size || to.is_empty() {
            return Ok(0);
        }
        let found = self.parts.iter().find_map(|(start, bytes)| {
            let from = usize::try_from(offset.checked_sub(*start)?).ok()?;
            bytes.get(from..).filter(|rest| !rest.is_empty())
        });
        if let Some(found) = found {
            let length = found.len().min(to.len());
            to[..length].copy_from_slice(&found[..length]);
            return Ok(length);
        }
        let length = u64::try_from(to.len()).unwrap_or(u64::MAX);
        self.missing.set(Some(offset..offset.saturating_add(length).min(self.size)));
        Err(io::ErrorKind::WouldBlock.into())
    }
}

/// Reads a range into memory.
async fn read(
    blobs: &dyn BlobStore,
    blob: BlobKey,
    range: Range<u64>,
) -> Result<BytesMut, StoreError> {
    let failed = || StoreError::new(StoreErrorKind::Unexpected, "blob store", "read");
    let length = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
    let mut part = BytesMut::with_capacity(length);
    let Some(mut opened) = blobs.get(blob, Some(range)).await? else {
        return Err(failed());
    };
    while let Some(piece) = poll_fn(|task| opened.bytes.as_mut().poll_next(task)).await {
        part.extend_from_slice(&piece.map_err(|error| failed().with_source(error))?);
        if part.len() > length {
            return Err(failed());
        }
    }
    if part.len() != length { Err(failed()) } else { Ok(part) }
}
