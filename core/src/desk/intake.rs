//! What passes between an upload's sender and the blob store: bounded, counted, looked at.

use crate::blob_store::ByteStream;
use crate::clock::Clock;
use crate::timestamp::Timestamp;
use crate::upload::Upload;
use bytes::Bytes;
use futures_core::Stream;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// Bytes that show what a file is.
const HEAD_BYTES: usize = 8_192;

/// What an upload showed while it passed.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Its first bytes.
    pub(super) head: Vec<u8>,
    /// Whether it brought more than it may.
    pub(super) too_large: bool,
    /// Whether it went on beyond its deadline.
    pub(super) too_late: bool,
}

/// Ends an upload with an error when it brings more than `left` bytes or goes on beyond its
/// deadline, and keeps its head.
pub(super) struct Intake {
    bytes: ByteStream,
    left: u64,
    deadline: Timestamp,
    clock: Arc<dyn Clock>,
    seen: Arc<Mutex<Seen>>,
}

impl Intake {
    pub(super) fn watch(
        bytes: ByteStream,
        upload: &Upload,
        clock: Arc<dyn Clock>,
    ) -> (ByteStream, Arc<Mutex<Seen>>) {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (left, deadline) = (upload.reserved, upload.deadline);
        (Box::pin(Self { bytes, left, deadline, clock, seen: Arc::clone(&seen) }), seen)
    }
}

impl Stream for Intake {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Poll::Ready(next) = this.bytes.as_mut().poll_next(task) else { return Poll::Pending };
        let Some(Ok(bytes)) = next else { return Poll::Ready(next) };
        if this.clock.now() >= this.deadline {
            // Its place is swept soon: nothing may be stored there any more.
            this.seen.lock().unwrap_or_else(PoisonError::into_inner).too_late = true;
            return Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())));
        }
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let mut seen = this.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if length > this.left {
            seen.too_large = true;
            return Poll::Ready(Some(Err(io::Error::other("the upload is too large"))));
        }
        this.left -= length;
        if seen.head.len() < HEAD_BYTES {
            let wanted = (HEAD_BYTES - seen.head.len()).min(bytes.len());
            seen.head.extend_from_slice(&bytes[..wanted]);
        }
        Poll::Ready(Some(Ok(bytes)))
    }
}
