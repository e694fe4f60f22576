use bytes::Bytes;
use desktop_delivery::ByteStream;
use futures_util::{Stream, StreamExt as _};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// What is read and thrown away of an upload that was refused, bytes: twice the largest file.
const MAX_DRAINED: usize = 268_435_456;

/// Keeps hold of a request's body while its bytes are lent out, so that what a refused upload left
/// unread can be read: most senders only then look for the answer.
#[derive(Clone)]
pub(crate) struct Drained(Arc<Mutex<ByteStream>>);

impl Drained {
    pub(crate) fn new(body: ByteStream) -> Self {
        Self(Arc::new(Mutex::new(body)))
    }

    /// The bytes, for whoever stores them.
    pub(crate) fn lend(&self) -> ByteStream {
        Box::pin(self.clone())
    }

    /// Reads the rest and throws it away, up to a limit.
    pub(crate) async fn drain(mut self) {
        let mut drained = 0_usize;
        while let Some(Ok(piece)) = self.next().await {
            drained = drained.saturating_add(piece.len());
            if drained > MAX_DRAINED {
                break;
            }
        }
    }
}

impl Stream for Drained {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut().poll_next(task)
    }
}
