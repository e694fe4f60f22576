use crate::allowance::Allowance;
use crate::corruption::{corruption, report_corruption};
use crate::parts::Shared;
use bytes::Bytes;
use desktop_delivery::{ByteStream, Desk, Download, Error, Timestamp};
use http_body::{Body, Frame, SizeHint};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

type Recheck = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// The body of a file response.
///
/// Sends exactly the announced number of bytes. The body ends with an error if the ticket's
/// allowance is used up, if the ledger closes the ticket, or before the last bytes of a corrupt
/// file. HTTP has no other way to report an error after the headers are sent; a client that tries
/// again gets the reason.
pub(crate) struct TicketBody {
    bytes: ByteStream,
    left: u64,
    allowance: Option<Arc<Allowance>>,
    desk: Arc<Desk>,
    opened: Download,
    recheck_seconds: i64,
    checked_at: Timestamp,
    recheck: Option<Recheck>,
}

impl TicketBody {
    pub(crate) fn new(
        shared: &Shared,
        opened: Download,
        bytes: ByteStream,
        length: u64,
        allowance: Option<Arc<Allowance>>,
    ) -> Self {
        Self {
            bytes,
            left: length,
            allowance,
            desk: Arc::clone(&shared.desk),
            opened,
            recheck_seconds: shared.recheck_seconds,
            checked_at: shared.desk.now(),
            recheck: None,
        }
    }

    /// Checks periodically whether the ledger still allows the transfer.
    fn poll_open(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let now = self.desk.now();
        if self.recheck.is_none() {
            if now.seconds_since(self.checked_at) < self.recheck_seconds {
                return Poll::Ready(Ok(()));
            }
            let (desk, opened) = (Arc::clone(&self.desk), self.opened.clone());
            self.recheck = Some(Box::pin(async move { desk.recheck(&opened).await }));
        }
        if let Some(recheck) = &mut self.recheck {
            let outcome = ready!(recheck.as_mut().poll(task));
            self.recheck = None;
            self.checked_at = now;
            // A ledger that cannot be reached also ends the transfer; the client resumes later.
            outcome.map_err(io::Error::other)?;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_bytes(&mut self, task: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        ready!(self.poll_open(task))?;
        let piece = match ready!(self.bytes.as_mut().poll_next(task)) {
            Some(Ok(piece)) => piece,
            Some(Err(error)) => {
                let error = corruption(error).map_or_else(
                    |error| error,
                    |error| {
                        report_corruption(&self.opened);
                        io::Error::other(error)
                    },
                );
                return Poll::Ready(Some(Err(error)));
            }
            None => return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into()))),
        };
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        if length > self.left {
            return Poll::Ready(Some(Err(io::Error::other(
                "the store returned more bytes than requested",
            ))));
        }
        if self.allowance.as_ref().is_some_and(|allowance| !allowance.take(length)) {
            return Poll::Ready(Some(Err(io::Error::other(
                "the transfer limit of the ticket is used up",
            ))));
        }
        self.left -= length;
        metrics::counter!("desktop_delivery_bytes_sent_total").increment(length);
        Poll::Ready(Some(Ok(piece)))
    }
}

impl Body for TicketBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let piece = ready!(self.poll_bytes(task));
        if matches!(piece, Some(Err(_))) {
            self.left = 0;
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
