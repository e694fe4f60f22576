//! The stream between an upload's sender and the blob store: limits, counts and examines the bytes.

use crate::content::SEARCHED_BYTES;
use crate::model::timestamp::Timestamp;
use crate::model::upload::Upload;
use crate::ports::blob_store::ByteStream;
use crate::ports::clock::Clock;
use bytes::Bytes;
use futures_core::Stream;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// The properties of an upload observed while its bytes passed.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Its first bytes.
    pub(super) head: Vec<u8>,
    /// Whether it had more bytes than were reserved.
    pub(super) too_large: bool,
    /// Whether it had more bytes than any upload to this request may have.
    pub(super) over_bound: bool,
    /// Whether it continued beyond its deadline.
    pub(super) too_late: bool,
}

/// Ends an upload with an error if it has more bytes than are reserved or continues beyond its
/// deadline, and keeps its first bytes.
pub(super) struct Intake {
    bytes: ByteStream,
    /// The number of bytes received so far.
    taken: u64,
    reserved: u64,
    /// Bytes beyond the reservation are counted up to this number, and not passed on.
    bound: u64,
    deadline: Timestamp,
    clock: Arc<dyn Clock>,
    seen: Arc<Mutex<Seen>>,
}

impl Intake {
    pub(super) fn watch(
        bytes: ByteStream,
        upload: &Upload,
        bound: Option<u64>,
        clock: Arc<dyn Clock>,
    ) -> (ByteStream, Arc<Mutex<Seen>>) {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (reserved, deadline) = (upload.reserved, upload.deadline);
        let bound = bound.unwrap_or(reserved);
        let watched =
            Self { bytes, taken: 0, reserved, bound, deadline, clock, seen: Arc::clone(&seen) };
        (Box::pin(watched), seen)
    }
}

impl Stream for Intake {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let Poll::Ready(next) = this.bytes.as_mut().poll_next(task) else {
                return Poll::Pending;
            };
            let mut seen = this.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if !matches!(next, Some(Err(_))) && this.clock.now() >= this.deadline {
                // The upload is given up soon, so nothing more may be stored, not even an end: after
                // a long pause, the deletion of its bytes may already be past.
                seen.too_late = true;
                return Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())));
            }
            let bytes = match next {
                Some(Ok(bytes)) => bytes,
                // The upload is longer than the rest of the quota, but not longer than the quota.
                _ if this.taken > this.reserved => return Poll::Ready(Some(Err(too_large()))),
                end => return Poll::Ready(end),
            };
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            this.taken = this.taken.saturating_add(length);
            if this.taken > this.reserved {
                seen.too_large = true;
                seen.over_bound = this.taken > this.bound;
                if seen.over_bound {
                    return Poll::Ready(Some(Err(too_large())));
                }
                continue;
            }
            if seen.head.len() < SEARCHED_BYTES {
                let wanted = (SEARCHED_BYTES - seen.head.len()).min(bytes.len());
                seen.head.extend_from_slice(&bytes[..wanted]);
            }
            return Poll::Ready(Some(Ok(bytes)));
        }
    }
}

fn too_large() -> io::Error {
    io::Error::other("the upload is too large")
}
