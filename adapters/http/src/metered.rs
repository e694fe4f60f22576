use bytes::Bytes;
use desktop_delivery::ByteStream;
use futures_util::Stream;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

/// The largest piece passed on at once, in bytes.
const PIECE: usize = 16_384;

/// The largest piece passed on at once while the headers of a part are read, in bytes.
const HEADER_PIECE: usize = 1_024;

/// Limits the memory and time that the form parser uses.
///
/// The parser buffers all available bytes before it examines any, and searches the whole buffer
/// again for every piece. The meter therefore passes on one small piece at a time. While the parser
/// reads the headers of a part, it passes on no more bytes than the headers may have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter(Arc<Mutex<Option<usize>>>);

/// The error of a part whose headers, or the bytes before them, are too long.
#[derive(Debug)]
struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the headers of a part are too long")
    }
}

impl std::error::Error for TooLong {}

impl Meter {
    /// Passes on at most `bytes` until the headers of the next part have been read.
    pub(crate) fn expect_headers(&self, bytes: usize) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
    }

    /// Passes on the content of a part, without a limit.
    pub(crate) fn expect_content(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Returns whether the limit for the headers of a part is used up.
    pub(crate) fn is_spent(&self) -> bool {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) == Some(0)
    }

    /// Wraps a stream so that this meter controls it.
    pub(crate) fn bound(&self, bytes: ByteStream) -> ByteStream {
        Box::pin(Metered { bytes, held: Bytes::new(), meter: self.clone(), pauses: false })
    }
}

struct Metered {
    bytes: ByteStream,
    /// Bytes that have arrived but have not been passed on.
    held: Bytes,
    meter: Meter,
    /// Whether the next poll returns `Pending`, so that the parser examines its buffer first.
    pauses: bool,
}

impl Stream for Metered {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if std::mem::take(&mut this.pauses) {
            task.waker().wake_by_ref();
            return Poll::Pending;
        }
        while this.held.is_empty() {
            match ready!(this.bytes.as_mut().poll_next(task)) {
                Some(Ok(bytes)) => this.held = bytes,
                end => return Poll::Ready(end),
            }
        }
        let mut left = this.meter.0.lock().unwrap_or_else(PoisonError::into_inner);
        let most = match &mut *left {
            None => PIECE,
            Some(0) => return Poll::Ready(Some(Err(io::Error::other(TooLong)))),
            Some(left) => {
                let most = HEADER_PIECE.min(*left).min(this.held.len());
                *left -= most;
                most
            }
        };
        this.pauses = true;
        Poll::Ready(Some(Ok(this.held.split_to(most.min(this.held.len())))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{FutureExt as _, StreamExt as _, stream};

    #[test]
    fn bytes_are_passed_on_piece_by_piece_and_headers_up_to_their_limit() {
        let meter = Meter::default();
        let all = vec![7; 40_000];
        let mut bytes = meter.bound(Box::pin(stream::iter([Ok(Bytes::from(all))])));
        meter.expect_headers(1_500);
        let mut next = || bytes.next().now_or_never();
        assert!(matches!(next(), Some(Some(Ok(piece))) if piece.len() == 1_024));
        assert!(next().is_none(), "the parser examines its buffer first");
        assert!(matches!(next(), Some(Some(Ok(piece))) if piece.len() == 476));
        assert!(next().is_none());
        assert!(meter.is_spent());
        assert!(matches!(next(), Some(Some(Err(_)))));
        meter.expect_content();
        for length in [16_384, 16_384, 5_732] {
            assert!(matches!(next(), Some(Some(Ok(piece))) if piece.len() == length));
            assert!(next().is_none());
        }
        assert!(matches!(next(), Some(None)));
    }
}
