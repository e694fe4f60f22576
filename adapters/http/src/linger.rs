//! Reads the rest of a request body after an early response.

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

/// The most bytes read and discarded after a response: about twice the default file size limit.
const MAX_DISCARDED: u64 = 268_435_456;

/// Reads and discards what a handler left of a request body while the response is sent, as axum
/// middleware. Reads at most 256 MiB.
///
/// With this layer, a handler can refuse a request before it reads the body. Without it, the server
/// closes the connection while the client is still sending, and the client loses the response.
///
/// [`router`](crate::router) already includes this layer. A host adds it to its own routes that
/// accept large bodies, inside any layer that limits the duration of a body, such as
/// [`pace_bodies`](crate::pace_bodies).
///
/// The body is not read if the client sent `Expect: 100-continue`, since such a client waits for
/// the response before it sends the body, or outside of a Tokio runtime.
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

/// A request body that continues to be read after it is dropped.
struct Lingering {
    /// `None` once the body has ended or failed.
    body: Option<Body>,
    /// Whether the client is waiting for `100 Continue` before it sends the body.
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
