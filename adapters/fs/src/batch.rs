use bytes::Bytes;
use desktop_delivery::ByteStream;
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll};

/// The size in bytes at which a batch is complete if the body has nothing more ready.
const MIN_BATCH: usize = 64 * 1024;
/// The size in bytes at which a batch is complete in any case; its last piece may exceed it.
const MAX_BATCH: usize = 1024 * 1024;
/// Pieces smaller than this are copied together: a small piece may keep a large buffer alive, and
/// each piece costs a write call.
const SMALL: usize = 8 * 1024;

/// Consecutive bytes of a body, enough of them that passing them to another thread costs little.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pieces: Vec<Bytes>,
    tail: Vec<u8>,
    length: usize,
}

/// How a body continues after a batch.
#[derive(Debug)]
pub(crate) enum Next {
    BrokeOff(io::Error),
    Ended,
    More,
}

impl Batch {
    /// Reads the next batch of `body`: everything that is ready up to [`MAX_BATCH`], waiting only while
    /// the batch is smaller than [`MIN_BATCH`].
    pub(crate) async fn gather(body: &mut ByteStream) -> (Self, Next) {
        let mut batch = Self::default();
        let next = poll_fn(|task| batch.poll_gather(body, task)).await;
        batch.close_tail();
        (batch, next)
    }

    fn poll_gather(&mut self, body: &mut ByteStream, task: &mut Context<'_>) -> Poll<Next> {
        while self.length < MAX_BATCH {
            match body.as_mut().poll_next(task) {
                Poll::Pending if self.length >= MIN_BATCH => break,
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(Next::Ended),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Next::BrokeOff(error)),
                Poll::Ready(Some(Ok(piece))) => self.push(piece),
            }
        }
        Poll::Ready(Next::More)
    }

    fn push(&mut self, piece: Bytes) {
        self.length += piece.len();
        if piece.len() < SMALL {
            self.tail.extend_from_slice(&piece);
        } else {
            self.close_tail();
            self.pieces.push(piece);
        }
    }

    fn close_tail(&mut self) {
        if !self.tail.is_empty() {
            self.pieces.push(std::mem::take(&mut self.tail).into());
        }
    }

    pub(crate) fn pieces(&self) -> &[Bytes] {
        &self.pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream::{self, StreamExt as _};

    fn gather_all(pieces: Vec<Bytes>) -> (Vec<u8>, Vec<usize>) {
        let mut body: ByteStream = Box::pin(stream::iter(pieces).map(Ok));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (mut all, mut sizes) = (Vec::new(), Vec::new());
            loop {
                let (batch, next) = Batch::gather(&mut body).await;
                sizes.push(batch.length);
                all.extend(batch.pieces().iter().flatten());
                if let Next::Ended = next {
                    return (all, sizes);
                }
            }
        })
    }

    #[test]
    fn batches_keep_the_order_of_pieces() {
        let bytes: Vec<u8> =
            (0..4_000_000u32).map(|at| at.to_le_bytes()[(at % 3) as usize]).collect();
        let mut pieces = Vec::new();
        let (mut rest, mut length) = (&bytes[..], 1);
        while !rest.is_empty() {
            let (piece, left) = rest.split_at(length.min(rest.len()));
            pieces.push(Bytes::copy_from_slice(piece));
            rest = left;
            length = length * 7 % 30_011;
        }
        let (all, sizes) = gather_all(pieces);
        assert!(all == bytes);
        assert!(sizes.len() > 3, "{sizes:?}");
        assert!(sizes.iter().all(|size| *size < MAX_BATCH + 30_011), "{sizes:?}");
    }

    #[test]
    fn an_empty_body_makes_one_empty_batch() {
        assert_eq!(gather_all(Vec::new()), (Vec::new(), vec![0]));
    }
}
