use axum::body::{Body, HttpBody};
use bytes::{Buf as _, Bytes};
use http_body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How long a connection may be idle before it makes room for another.
const IDLE: Duration = Duration::from_secs(1);
/// How long a transfer may take to gain speed before its connection makes room for another.
const START: Duration = Duration::from_secs(5);
/// How much more than the slowest pace that is allowed a sender must reach to be kept where others wait.
const HEADROOM: u64 = 4;

/// What a connection does at the moment, to distinguish idle and slow connections from busy ones.
#[derive(Debug)]
pub struct Activity {
    now: Mutex<Now>,
    is_cut_off: AtomicBool,
    cut: Notify,
}

#[derive(Clone, Copy, Debug)]
struct Now {
    does: Does,
    since: Instant,
    /// Bytes moved since.
    bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    /// Waits for the head of a request.
    Idle,
    /// Waits for the body of a request.
    Receives,
    /// Works on the response.
    Serves,
    /// Sends the body of a response.
    Sends,
}

/// How little a connection does; the greatest goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Idleness {
    /// Moves so many bytes a second fewer than it should.
    Slow(u64),
    /// Has nothing to do since so long.
    Idle(Duration),
}

impl Activity {
    pub(crate) fn new() -> Self {
        let now = Now { does: Does::Idle, since: Instant::now(), bytes: 0 };
        Self { now: Mutex::new(now), is_cut_off: AtomicBool::new(false), cut: Notify::new() }
    }

    /// Watches the body of a request; the response is worked on once it has been read.
    pub fn watch_request(self: &Arc<Self>, body: Body) -> Body {
        if body.is_end_stream() {
            self.serves();
            return body;
        }
        self.receives();
        self.watch(body, Does::Receives, Does::Serves)
    }

    /// Watches the body of a response, after which the connection is idle.
    pub fn watch_response(self: &Arc<Self>, body: Body) -> Body {
        self.begin(Does::Sends);
        self.watch(body, Does::Sends, Does::Idle)
    }

    fn watch(self: &Arc<Self>, body: Body, does: Does, then: Does) -> Body {
        Body::new(Watched { body, activity: Arc::clone(self), does, then })
    }

    fn begin(&self, does: Does) {
        *self.lock() = Now { does, since: Instant::now(), bytes: 0 };
    }

    /// A request's body is awaited from now on.
    pub(crate) fn receives(&self) {
        self.begin(Does::Receives);
    }

    /// A response is worked on from now on.
    pub(crate) fn serves(&self) {
        self.begin(Does::Serves);
    }

    /// Ends one thing in favor of another, unless something else has begun meanwhile.
    fn end(&self, does: Does, then: Does) {
        let mut now = self.lock();
        if now.does == does {
            *now = Now { does: then, since: Instant::now(), bytes: 0 };
        }
    }

    /// So many bytes of a body came or went.
    pub(crate) fn moved(&self, bytes: u64) {
        let mut now = self.lock();
        now.bytes = now.bytes.saturating_add(bytes);
    }

    /// How little it does, if that is little enough to prefer others; `slow` is the pace below
    /// which a transfer is cut off anyway, in bytes per second.
    pub(crate) fn idleness(&self, slow: u32) -> Option<Idleness> {
        let now = *self.lock();
        let age = now.since.elapsed();
        let pace = now.bytes / age.as_secs().max(1);
        let slower_than = |wanted: u64| {
            (age >= START).then(|| wanted.checked_sub(pace)).flatten().filter(|short| *short > 0)
        };
        match now.does {
            Does::Idle => (age >= IDLE).then_some(Idleness::Idle(age)),
            Does::Receives => slower_than(u64::from(slow) * HEADROOM).map(Idleness::Slow),
            Does::Sends => slower_than(u64::from(slow)).map(Idleness::Slow),
            Does::Serves => None,
        }
    }

    /// Asks whoever drives the connection to end it.
    pub(crate) fn cut_off(&self) {
        self.is_cut_off.store(true, Ordering::Relaxed);
        self.cut.notify_one();
    }

    #[cfg(test)]
    pub(crate) fn is_cut_off(&self) -> bool {
        self.is_cut_off.load(Ordering::Relaxed)
    }

    /// Waits until the connection must end, because it made room for another.
    pub async fn until_cut_off(&self) {
        while !self.is_cut_off.load(Ordering::Relaxed) {
            self.cut.notified().await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body whose progress is noted with its connection.
struct Watched {
    body: Body,
    activity: Arc<Activity>,
    does: Does,
    then: Does,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(task);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            self.activity.moved(u64::try_from(data.remaining()).unwrap_or(u64::MAX));
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        HttpBody::size_hint(&self.body)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.activity.end(self.does, self.then);
    }
}
