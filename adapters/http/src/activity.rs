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

/// How long a connection may be idle before it can be closed in favor of another.
const IDLE: Duration = Duration::from_secs(1);
/// How long a transfer may take to gain speed before its connection can be closed in favor of
/// another.
const START: Duration = Duration::from_secs(5);
/// The multiple of the slowest allowed pace that a sender must reach to keep its connection when
/// others are waiting.
const HEADROOM: u64 = 4;

/// The current activity of a connection, which distinguishes idle and slow connections from busy
/// ones.
#[derive(Debug)]
pub struct Activity {
    current: Mutex<Current>,
    is_cut_off: AtomicBool,
    cut: Notify,
}

#[derive(Clone, Copy, Debug)]
struct Current {
    phase: Phase,
    since: Instant,
    /// Bytes transferred in this phase.
    bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Waiting for the head of a request.
    Idle,
    /// Receiving the body of a request.
    Receiving,
    /// Creating the response.
    Processing,
    /// Sending the body of a response.
    Sending,
}

/// How idle a connection is. When room is needed, the connection with the greatest value is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Idleness {
    /// Below the required pace, by this many bytes per second.
    Slow(u64),
    /// Idle for this long.
    Idle(Duration),
}

impl Activity {
    pub(crate) fn new() -> Self {
        let current = Current { phase: Phase::Idle, since: Instant::now(), bytes: 0 };
        Self {
            current: Mutex::new(current),
            is_cut_off: AtomicBool::new(false),
            cut: Notify::new(),
        }
    }

    /// Tracks the body of a request. Once it has been read, the response is being created.
    pub fn watch_request(self: &Arc<Self>, body: Body) -> Body {
        if body.is_end_stream() {
            self.processing();
            return body;
        }
        self.receiving();
        self.watch(body, Phase::Receiving, Phase::Processing)
    }

    /// Tracks the body of a response. Once it has been sent, the connection is idle.
    pub fn watch_response(self: &Arc<Self>, body: Body) -> Body {
        self.begin(Phase::Sending);
        self.watch(body, Phase::Sending, Phase::Idle)
    }

    fn watch(self: &Arc<Self>, body: Body, phase: Phase, next: Phase) -> Body {
        Body::new(Watched { body, activity: Arc::clone(self), phase, next })
    }

    fn begin(&self, phase: Phase) {
        *self.lock() = Current { phase, since: Instant::now(), bytes: 0 };
    }

    /// Records that the body of a request is being received.
    pub(crate) fn receiving(&self) {
        self.begin(Phase::Receiving);
    }

    /// Records that a response is being created.
    pub(crate) fn processing(&self) {
        self.begin(Phase::Processing);
    }

    /// Moves from `phase` to `next`, unless another phase has already begun.
    fn end(&self, phase: Phase, next: Phase) {
        let mut current = self.lock();
        if current.phase == phase {
            *current = Current { phase: next, since: Instant::now(), bytes: 0 };
        }
    }

    /// Records bytes of a body that were received or sent.
    pub(crate) fn transferred(&self, bytes: u64) {
        let mut current = self.lock();
        current.bytes = current.bytes.saturating_add(bytes);
    }

    /// Returns how idle the connection is, or `None` if it is too busy to be closed in favor of
    /// another.
    ///
    /// `slow` is the pace below which a transfer is always cut off, in bytes per second.
    pub(crate) fn idleness(&self, slow: u32) -> Option<Idleness> {
        let current = *self.lock();
        let age = current.since.elapsed();
        let pace = current.bytes / age.as_secs().max(1);
        let slower_than = |required: u64| {
            (age >= START).then(|| required.checked_sub(pace)).flatten().filter(|gap| *gap > 0)
        };
        match current.phase {
            Phase::Idle => (age >= IDLE).then_some(Idleness::Idle(age)),
            Phase::Receiving => slower_than(u64::from(slow) * HEADROOM).map(Idleness::Slow),
            Phase::Sending => slower_than(u64::from(slow)).map(Idleness::Slow),
            Phase::Processing => None,
        }
    }

    /// Asks the task that drives the connection to close it.
    pub(crate) fn cut_off(&self) {
        self.is_cut_off.store(true, Ordering::Relaxed);
        self.cut.notify_one();
    }

    #[cfg(test)]
    pub(crate) fn is_cut_off(&self) -> bool {
        self.is_cut_off.load(Ordering::Relaxed)
    }

    /// Waits until the connection must be closed to make room for another.
    pub async fn until_cut_off(&self) {
        while !self.is_cut_off.load(Ordering::Relaxed) {
            self.cut.notified().await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that reports its progress to the activity of its connection.
struct Watched {
    body: Body,
    activity: Arc<Activity>,
    phase: Phase,
    next: Phase,
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
            self.activity.transferred(u64::try_from(data.remaining()).unwrap_or(u64::MAX));
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
        self.activity.end(self.phase, self.next);
    }
}
