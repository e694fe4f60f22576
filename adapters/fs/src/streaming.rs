use crate::error::Error;
use crate::pace;
use bytes::Bytes;
use futures_core::Stream;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// Streams a range of an open file.
///
/// Bytes in the page cache are read immediately on the polling thread, others on a blocking thread,
/// one piece at a time. The size of the pieces follows the reader's [`pace`].
pub(crate) struct Streaming {
    file: Arc<File>,
    left: Range<u64>,
    runtime: Handle,
    waiting: Option<JoinHandle<io::Result<Bytes>>>,
    /// Whether the file system supports reads that must not wait.
    #[cfg(target_os = "linux")]
    can_peek: bool,
    length: usize,
    given: Option<(Instant, usize)>,
}

impl Streaming {
    /// Reads `range`, which must lie within the file. Without `may_peek`, every piece is read on a
    /// blocking thread.
    pub(crate) fn new(file: File, range: Range<u64>, may_peek: bool) -> Result<Self, Error> {
        #[cfg(not(target_os = "linux"))]
        let _ = may_peek;

        Ok(Self {
            file: Arc::new(file),
            left: range,
            runtime: Handle::try_current().map_err(|_| Error::RuntimeMissing)?,
            waiting: None,
            #[cfg(target_os = "linux")]
            can_peek: may_peek,
            length: pace::MIN_PIECE,
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
            Ok(outcome) => outcome,
            Err(error) => Err(io::Error::other(error)),
        })
    }

    /// Reads what is available without waiting, or returns `None` if nothing is.
    #[cfg(target_os = "linux")]
    fn peek(&mut self, length: usize) -> io::Result<Option<Bytes>> {
        use rustix::io::{Errno, ReadWriteFlags};
        if !self.can_peek {
            return Ok(None);
        }
        let mut piece = bytes::BytesMut::zeroed(length);
        let read = rustix::io::preadv2(
            &self.file,
            &mut [io::IoSliceMut::new(&mut piece)],
            self.left.start,
            ReadWriteFlags::NOWAIT,
        );
        match read {
            // Not trusted as the end of the file: some kernels return 0 when they would have to
            // wait.
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

    /// Reads nothing: other systems cannot tell whether a read would wait.
    #[cfg(not(target_os = "linux"))]
    fn peek(&self, _length: usize) -> io::Result<Option<Bytes>> {
        Ok(None)
    }
}

/// Reads up to `length` bytes, waiting if necessary; none at the end of the file.
fn read(mut file: &File, at: u64, length: usize) -> io::Result<Bytes> {
    // Only this stream uses the file, so it may move its position.
    file.seek(SeekFrom::Start(at))?;
    let mut piece = Vec::with_capacity(length);
    file.take(length as u64).read_to_end(&mut piece)?;
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
        // Yields now and then even if everything is available immediately.
        let progress = ready!(tokio::task::coop::poll_proceed(task));
        let piece = ready!(self.poll_piece(task));
        progress.made_progress();
        let outcome = match piece {
            // The file was truncated after it was opened.
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
