//! Reads the rest of a request whose response was sent before its end.

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http::header;
use http_body::{Body as _, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::runtime::Handle;

/// The most bytes that are read and discarded after a response: twice the largest file by default.
const MAX_DISCARDED: u64 = 268_435_456;

/// Reads and discards the rest of a request's body that a handler left unread, up to 256 MiB, while
/// the response is already being sent.
///
/// A handler can then refuse a request before it reads any of the body. Without this layer the server
/// closes the connection while the client is still sending, and the client loses the response.
/// [`router`](crate::router) has this layer already; a host adds it to routes of its own that take
/// large bodies. A layer that limits the time of a body belongs outside of it.
///
/// A client that sent `Expect: 100-continue` waits for the response, so its body is not read.
/// Outside of a tokio runtime, nothing is read either.
pub async fn linger(request: Request, next: Next) -> Response {
    let awaits_continue = request.headers().contains_key(header::EXPECT);
    let lingering = |body: Body| {
        if body.is_end_stream() {
            return body;
        }
        Body::new(Lingering { body: Some(body), awaits_continue })
    };
    next.run(request.map(lingering)).await
}

/// A request's body that is read to its end after it is dropped.
struct Lingering {
    /// `None` once it has ended or failed.
    body: Option<Body>,
    /// Whether the client sends nothing until somebody reads.
    awaits_continue: bool,
}

impl http_body::Body for Lingering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.awaits_continue = false;
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(task);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let Some(body) = self.body.take() else { return };
        if self.awaits_continue || body.is_end_stream() {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(discard(body));
        }
    }
}

async fn discard(mut body: Body) {
    let mut discarded = 0_u64;
    while let Some(Ok(frame)) =
        std::future::poll_fn(|task| Pin::new(&mut body).poll_frame(task)).await
    {
        let length = frame.data_ref().map_or(0, Bytes::len);
        discarded = discarded.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        if discarded > MAX_DISCARDED {
            break;
        }
    }
}
