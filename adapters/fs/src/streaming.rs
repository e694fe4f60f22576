use crate::error::Error;
use crate::pace;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use rustix::buffer::spare_capacity;
use rustix::io::{Errno, ReadWriteFlags};
use std::fs::File;
use std::io::{self, IoSliceMut};
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// Streams a range of an open file.
///
/// What is in the page cache is read at once, on the thread that polls; the rest on a blocking
/// thread, one piece at a time. The size of the pieces follows the reader's [`pace`].
pub(crate) struct Streaming {
    file: Arc<File>,
    left: Range<u64>,
    runtime: Handle,
    waiting: Option<JoinHandle<Result<Bytes, Errno>>>,
    /// Whether this file system can say that it would have to wait.
    can_peek: bool,
    length: usize,
    given: Option<(Instant, usize)>,
}

impl Streaming {
    /// Reads `range`, which the file is expected to have.
    pub(crate) fn new(file: File, range: Range<u64>) -> Result<Self, Error> {
        Ok(Self {
            file: Arc::new(file),
            left: range,
            runtime: Handle::try_current().map_err(|_| Error::RuntimeMissing)?,
            waiting: None,
            can_peek: true,
            length: pace::LEAST,
            given: None,
        })
    }

    fn poll_piece(&mut self, task: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        if self.waiting.is_none() {
            if let Some((given_at, length)) = self.given.take() {
                self.length = pace::next(length, now().duration_since(given_at));
            }
            let left = self.left.end - self.left.start;
            let length = usize::try_from(left).map_or(self.length, |left| left.min(self.length));
            if let Some(piece) = self.peek(length)? {
                return Poll::Ready(Ok(piece));
            }
            let (file, at) = (Arc::clone(&self.file), self.left.start);
            self.waiting = Some(self.runtime.spawn_blocking(move || read(&file, at, length)));
        }
        let Some(waiting) = &mut self.waiting else { return Poll::Pending };
        let outcome = ready!(Pin::new(waiting).poll(task));
        self.waiting = None;
        Poll::Ready(match outcome {
            Ok(outcome) => outcome.map_err(io::Error::from),
            Err(error) => Err(io::Error::other(error)),
        })
    }

    /// Reads what needs no waiting; `None` where all of it does.
    fn peek(&mut self, length: usize) -> io::Result<Option<Bytes>> {
        if !self.can_peek {
            return Ok(None);
        }
        let mut piece = BytesMut::zeroed(length);
        let read = rustix::io::preadv2(
            &self.file,
            &mut [IoSliceMut::new(&mut piece)],
            self.left.start,
            ReadWriteFlags::NOWAIT,
        );
        match read {
            // An end here is not believed: some kernels say so where they mean "wait".
            Ok(0) | Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Ok(length) => {
                piece.truncate(length);
                Ok(Some(piece.freeze()))
            }
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                self.can_peek = false;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Reads up to `length` bytes, waiting as long as it takes; none at the end of the file.
fn read(file: &File, at: u64, length: usize) -> Result<Bytes, Errno> {
    let mut piece = Vec::with_capacity(length);
    rustix::io::retry_on_intr(|| rustix::io::pread(file, spare_capacity(&mut piece), at))?;
    Ok(piece.into())
}

#[expect(clippy::disallowed_methods, reason = "it measures a pace; nothing is decided by the hour")]
fn now() -> Instant {
    Instant::now()
}

impl Stream for Streaming {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        // A reader for whom everything is there at once still lets others go on in between.
        let progress = ready!(tokio::task::coop::poll_proceed(task));
        let piece = ready!(self.poll_piece(task));
        progress.made_progress();
        let outcome = match piece {
            // Cut short since it was opened.
            Ok(piece) if piece.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
            outcome => outcome,
        };
        match &outcome {
            Ok(piece) => {
                self.left.start += piece.len() as u64;
                self.given = Some((now(), piece.len()));
            }
            Err(_) => self.left.start = self.left.end,
        }
        Poll::Ready(Some(outcome))
    }
}
