use bytes::Bytes;
use desktop_delivery::ByteStream;
use futures_util::Stream;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

/// The most that passes at once, bytes.
const PIECE: usize = 16_384;

/// The most that passes at once while a part's headers are read, bytes.
const HEADER_PIECE: usize = 1_024;

/// Limits the memory of a form's parser.
///
/// The parser takes all available bytes before it examines any of them, and searches all of them
/// again for every piece. So the bytes pass one small piece at a time; and while the parser looks
/// for a part's headers, only as many pass as a part's headers may have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter(Arc<Mutex<Option<usize>>>);

/// The bytes between two parts, or a part's headers, go on too long.
#[derive(Debug)]
struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the headers of a part are too long")
    }
}

impl std::error::Error for TooLong {}

impl Meter {
    /// Lets `bytes` pass until the headers of the next part are read.
    pub(crate) fn expect_headers(&self, bytes: usize) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
    }

    /// Lets everything pass, as a part's content.
    pub(crate) fn expect_content(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether all that may pass before a part's content has passed.
    pub(crate) fn is_spent(&self) -> bool {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) == Some(0)
    }

    /// The same bytes, bounded.
    pub(crate) fn bound(&self, bytes: ByteStream) -> ByteStream {
        Box::pin(Metered { bytes, held: Bytes::new(), meter: self.clone(), pauses: false })
    }
}

struct Metered {
    bytes: ByteStream,
    /// What has arrived and not passed yet.
    held: Bytes,
    meter: Meter,
    /// Whether the reader must examine the bytes it has before it gets more.
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
    fn bytes_pass_one_piece_at_a_time_and_headers_only_up_to_their_limit() {
        let meter = Meter::default();
        let all = vec![7; 40_000];
        let mut bytes = meter.bound(Box::pin(stream::iter([Ok(Bytes::from(all))])));
        meter.expect_headers(1_500);
        let mut next = || bytes.next().now_or_never();
        assert!(matches!(next(), Some(Some(Ok(piece))) if piece.len() == 1_024));
        assert!(next().is_none(), "the reader looks at it first");
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
