use crate::ports::blob_store::ByteStream;
use bytes::Bytes;
use futures_core::Stream;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Creates a stream whose sender must declare its end, for bytes that another task produces.
///
/// With an ordinary channel, a sender that dies looks like one that has finished, and part of a
/// file would be stored as the whole. Here a stream whose sender is dropped without
/// [`finish`](ByteSender::finish) ends with an error of kind [`io::ErrorKind::UnexpectedEof`], so
/// that [`Desk::upload`](crate::Desk::upload) attaches nothing.
///
/// The sender waits until its previous piece is taken, so memory use stays constant.
///
/// # Example
/// ```
/// # use desktop_delivery::blob::byte_channel;
/// # use futures_util::{StreamExt as _, future::join};
/// # futures_executor::block_on(async {
/// let (mut sender, bytes) = byte_channel();
/// let produce = async move {
///     sender.send("%PDF-".into()).await.expect("the receiver is open");
///     // Here the producer panics or is cancelled; `sender.finish()` is never reached.
/// };
/// let (pieces, ()) = join(bytes.collect::<Vec<_>>(), produce).await;
/// assert!(pieces[0].is_ok() && pieces[1].is_err());
/// # });
/// ```
#[must_use]
pub fn byte_channel() -> (ByteSender, ByteStream) {
    let shared = Shared::default();
    (ByteSender { shared: shared.clone() }, Box::pin(Receiver { shared }))
}

/// Sends the pieces of a [`byte_channel`].
pub struct ByteSender {
    shared: Shared,
}

/// The error of a sender whose [`byte_channel`] stream was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing to hold")]
pub struct StreamDropped;

impl fmt::Display for StreamDropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the stream that reads the bytes was dropped")
    }
}

impl std::error::Error for StreamDropped {}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    piece: Option<Bytes>,
    end: Option<End>,
    has_receiver_gone: bool,
    sender: Option<Waker>,
    receiver: Option<Waker>,
}

enum End {
    Failed(io::Error),
    Finished,
}

struct Receiver {
    shared: Shared,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the stream after the pieces that were sent; the first end counts.
    fn end(&self, end: End) {
        let mut state = self.lock();
        state.end.get_or_insert(end);
        let receiver = state.receiver.take();
        drop(state);
        if let Some(receiver) = receiver {
            receiver.wake();
        }
    }
}

impl ByteSender {
    /// Sends a piece as soon as the previous one is taken.
    ///
    /// # Errors
    /// [`StreamDropped`] if the stream was dropped.
    ///
    /// # Cancellation
    /// If this future is dropped, the piece is not sent.
    pub async fn send(&mut self, piece: Bytes) -> Result<(), StreamDropped> {
        let mut piece = Some(piece);
        poll_fn(|task| {
            let mut state = self.shared.lock();
            if state.has_receiver_gone {
                return Poll::Ready(Err(StreamDropped));
            }
            if state.piece.is_some() {
                state.sender = Some(task.waker().clone());
                return Poll::Pending;
            }
            state.piece = piece.take();
            let receiver = state.receiver.take();
            drop(state);
            if let Some(receiver) = receiver {
                receiver.wake();
            }
            Poll::Ready(Ok(()))
        })
        .await
    }

    /// Declares that all bytes were sent.
    pub fn finish(self) {
        self.shared.end(End::Finished);
    }

    /// Ends the stream with an error.
    pub fn fail(self, error: io::Error) {
        self.shared.end(End::Failed(error));
    }
}

impl Drop for ByteSender {
    fn drop(&mut self) {
        self.shared.end(End::Failed(io::ErrorKind::UnexpectedEof.into()));
    }
}

impl fmt::Debug for ByteSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteSender").finish_non_exhaustive()
    }
}

impl Stream for Receiver {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut state = self.shared.lock();
        if let Some(piece) = state.piece.take() {
            let sender = state.sender.take();
            drop(state);
            if let Some(sender) = sender {
                sender.wake();
            }
            return Poll::Ready(Some(Ok(piece)));
        }
        match state.end.take() {
            None => {
                state.receiver = Some(task.waker().clone());
                Poll::Pending
            }
            Some(end) => {
                state.end = Some(End::Finished);
                Poll::Ready(match end {
                    End::Failed(error) => Some(Err(error)),
                    End::Finished => None,
                })
            }
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.has_receiver_gone = true;
        let sender = state.sender.take();
        drop(state);
        if let Some(sender) = sender {
            sender.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_executor::block_on;
    use futures_util::future::join;
    use futures_util::{FutureExt as _, StreamExt as _};

    #[test]
    fn pieces_arrive_in_order_and_finish_ends_the_stream() {
        let (mut sender, bytes) = byte_channel();
        let produce = async move {
            for number in 0..100_u8 {
                sender.send(vec![number].into()).await.expect("the receiver is open");
            }
            sender.finish();
        };
        let (pieces, ()) = block_on(join(bytes.collect::<Vec<_>>(), produce));
        let got: Vec<u8> = pieces.into_iter().map(|piece| piece.expect("it is whole")[0]).collect();
        assert_eq!(got, (0..100).collect::<Vec<u8>>());
    }

    #[test]
    fn a_sender_that_is_dropped_or_fails_ends_the_stream_with_an_error() {
        for fails in [false, true] {
            let (mut sender, mut bytes) = byte_channel();
            block_on(sender.send("%PDF".into())).expect("there is room");
            assert!(sender.send("-1.7".into()).now_or_never().is_none(), "one piece at a time");
            match fails {
                true => sender.fail(io::ErrorKind::ConnectionReset.into()),
                false => drop(sender),
            }
            assert!(matches!(block_on(bytes.next()), Some(Ok(piece)) if piece == "%PDF"));
            let error = block_on(bytes.next()).expect("no end").expect_err("an error");
            let reset = error.kind() == io::ErrorKind::ConnectionReset;
            assert_eq!((reset, error.kind() == io::ErrorKind::UnexpectedEof), (fails, !fails));
            assert!(block_on(bytes.next()).is_none());
        }
    }

    #[test]
    fn sending_fails_once_the_stream_is_dropped() {
        let (mut sender, bytes) = byte_channel();
        block_on(sender.send("%PDF".into())).expect("there is room");
        drop(bytes);
        assert_eq!(block_on(sender.send("-1.7".into())), Err(StreamDropped));
    }
}
