use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use bytes::{Buf as _, Bytes};
use http_body::{Frame, SizeHint};
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// The slowest pace at which the body of a request may arrive. Slower bodies are cut off.
///
/// Only the time spent waiting for the sender counts. A slow store does not count against an
/// upload, and the total time is not limited, so a large file may arrive over a slow connection.
///
/// For each body, the sender may keep the server waiting for `grace` plus one second for each
/// `bytes_per_second` bytes received, and never longer than `idle` at a time. With the defaults, a
/// form of 64 KiB arrives within 76 seconds or is cut off, and a body that arrives at 1 byte per
/// second is cut off after 10 seconds.
///
/// A host adds [`pace_bodies`] to all of its routes, because a slow body occupies a connection on
/// any route.
///
/// # Example
/// ```
/// use axum::middleware::from_fn_with_state;
/// use desktop_delivery_http::{BodyPace, pace_bodies};
///
/// fn paced(routes: axum::Router) -> axum::Router {
///     routes.layer(from_fn_with_state(BodyPace::default(), pace_bodies))
/// }
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyPace {
    /// The bytes that must arrive for each second of waiting, at least 1. Default: 1,000.
    pub bytes_per_second: u32,
    /// The waiting time that does not count, so that a transfer may start slowly. Default: 10
    /// seconds.
    pub grace: Duration,
    /// The longest pause between two pieces. Default: 60 seconds.
    pub idle: Duration,
}

/// The error of a body that arrived more slowly than its [`BodyPace`] allows.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BodyTooSlow;

impl Default for BodyPace {
    fn default() -> Self {
        Self {
            bytes_per_second: 1_000,
            grace: Duration::from_secs(10),
            idle: Duration::from_secs(60),
        }
    }
}

impl BodyPace {
    /// Sets the bytes that must arrive for each second of waiting. Zero counts as 1.
    #[must_use]
    pub const fn with_bytes_per_second(mut self, bytes: u32) -> Self {
        self.bytes_per_second = bytes;
        self
    }

    /// Sets the waiting time that does not count.
    #[must_use]
    pub const fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Sets the longest pause between two pieces.
    #[must_use]
    pub const fn with_idle(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }

    /// Wraps a body so that reading it fails with [`BodyTooSlow`] once the sender falls behind.
    ///
    /// The body must be read on a Tokio runtime with timers enabled.
    pub fn limit(self, body: Body) -> Body {
        if body.is_end_stream() {
            return body;
        }
        let (waited, received) = (Duration::ZERO, 0);
        Body::new(PacedBody { body, pace: self, waited, received, waits_since: None, timer: None })
    }

    /// Returns the total waiting time allowed after `received` bytes.
    fn allowed(self, received: u64) -> Duration {
        let seconds = received / u64::from(self.bytes_per_second.max(1));
        self.grace.saturating_add(Duration::from_secs(seconds))
    }
}

/// Applies a [`BodyPace`] to the body of every request, as axum middleware.
pub async fn pace_bodies(State(pace): State<BodyPace>, request: Request, next: Next) -> Response {
    next.run(request.map(|body| pace.limit(body))).await
}

struct PacedBody {
    body: Body,
    pace: BodyPace,
    /// The time spent waiting for the pieces that have arrived.
    waited: Duration,
    received: u64,
    /// When waiting for the next piece started.
    waits_since: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl PacedBody {
    /// Returns when the next piece is too late, if waiting started at `since`.
    fn deadline(&self, since: Instant) -> Instant {
        let left = self.pace.allowed(self.received).saturating_sub(self.waited);
        since + left.min(self.pace.idle)
    }
}

impl HttpBody for PacedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(piece) = Pin::new(&mut this.body).poll_frame(task) {
            if let Some(since) = this.waits_since.take() {
                this.waited = this.waited.saturating_add(since.elapsed());
            }
            if let Some(Ok(data)) = piece.as_ref().map(|piece| piece.as_ref().map(Frame::data_ref))
            {
                let length = data.map_or(0, |data| data.remaining());
                this.received =
                    this.received.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
            }
            return Poll::Ready(piece);
        }
        let since = *this.waits_since.get_or_insert_with(Instant::now);
        let deadline = this.deadline(since);
        let timer = this.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(task).map(|()| Some(Err(axum::Error::new(BodyTooSlow))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        HttpBody::size_hint(&self.body)
    }
}

impl BodyTooSlow {
    /// Returns whether `error` or one of its sources is a [`BodyTooSlow`].
    #[must_use]
    pub fn is_cause_of(error: &(dyn Error + 'static)) -> bool {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if error.is::<Self>() {
                return true;
            }
            cause = error.source();
        }
        false
    }
}

impl fmt::Display for BodyTooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body arrived too slowly")
    }
}

impl Error for BodyTooSlow {}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{StreamExt as _, stream};

    /// Returns a body of `pieces` pieces of `size` bytes, with a pause before each.
    fn trickle(pieces: usize, size: usize, pause: Duration) -> Body {
        let pieces = stream::iter(0..pieces).then(move |_| async move {
            tokio::time::sleep(pause).await;
            Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; size]))
        });
        Body::from_stream(pieces)
    }

    /// Reads a body. Returns its length or error, and the time taken.
    async fn read(body: Body) -> (Result<usize, axum::Error>, Duration) {
        let started = Instant::now();
        let mut pieces = BodyPace::default().limit(body).into_data_stream();
        let mut length = 0;
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(piece) => length += piece.len(),
                Err(error) => return (Err(error), started.elapsed()),
            }
        }
        (Ok(length), started.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_trickles_is_cut_off() {
        let (read, took) = read(trickle(60_000, 1, Duration::from_secs(1))).await;
        assert!(BodyTooSlow::is_cause_of(&read.unwrap_err()));
        assert!(took <= Duration::from_secs(11), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_steady_body_is_accepted() {
        // 20 MB at 2 kB a second: close to three hours.
        let (read, took) = read(trickle(10_000, 2_000, Duration::from_secs(1))).await;
        assert_eq!(read.unwrap(), 20_000_000);
        assert!(took >= Duration::from_secs(10_000), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn fast_bytes_give_no_credit_for_a_later_stall() {
        let quick = stream::iter([Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 10_000_000]))]);
        let (read, took) = read(Body::from_stream(quick.chain(stream::pending()))).await;
        assert!(read.is_err());
        assert_eq!(took.as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_does_not_count_against_the_sender() {
        let pieces =
            stream::iter((0..100).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(b"x"))));
        let mut pieces = BodyPace::default().limit(Body::from_stream(pieces)).into_data_stream();
        let mut read = 0;
        while let Some(piece) = pieces.next().await {
            read += piece.unwrap().len();
            tokio::time::sleep(Duration::from_secs(30)).await;
        }
        assert_eq!(read, 100);
    }
}
