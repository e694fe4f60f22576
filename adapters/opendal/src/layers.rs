use opendal::Operator;
use opendal::layers::{ConcurrentLimitLayer, RetryLayer, TimeoutLayer, TracingLayer};
use std::time::Duration;

/// Timeouts, retries and concurrency of calls to the store.
///
/// # Example
/// ```
/// # use desktop_delivery_opendal::{Limits, OpendalBlobStore, opendal};
/// # use opendal::{Operator, services};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let limits = Limits::default().with_tries(6).with_concurrency(200);
/// let operator = Operator::new(services::S3::default().bucket("scans").region("ca-central-1"))?;
/// let store = OpendalBlobStore::new(limits.lay_over(operator))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    answer_within: Duration,
    transfer_within: Duration,
    tries: usize,
    first_wait: Duration,
    concurrency: usize,
}

/// 10 s for a response, 60 s for a part, 4 tries with a first wait of 0.2 s, 1,024 concurrent
/// calls.
impl Default for Limits {
    fn default() -> Self {
        Self {
            answer_within: Duration::from_secs(10),
            transfer_within: Duration::from_secs(60),
            tries: 4,
            first_wait: Duration::from_millis(200),
            concurrency: 1_024,
        }
    }
}

impl Limits {
    /// Sets the timeout of each try of a call that carries no bytes. Default: 10 s.
    #[must_use]
    pub fn with_answer_within(mut self, time: Duration) -> Self {
        self.answer_within = time;
        self
    }

    /// Sets the timeout of each try for a part of an upload (5 MiB) or the next piece of a
    /// download. Default: 60 s, which suffices at 90 kB/s.
    #[must_use]
    pub fn with_transfer_within(mut self, time: Duration) -> Self {
        self.transfer_within = time;
        self
    }

    /// Sets the total number of tries of a call that fails with a transient error, at least 1.
    /// Default: 4.
    #[must_use]
    pub fn with_tries(mut self, tries: usize) -> Self {
        self.tries = tries.max(1);
        self
    }

    /// Sets the wait before the second try. Each further wait is about twice as long, up to 10 s.
    /// Default: 0.2 s.
    #[must_use]
    pub fn with_first_wait(mut self, time: Duration) -> Self {
        self.first_wait = time;
        self
    }

    /// Sets the number of concurrent calls, at least 1. Default: 1,024. A download through the
    /// server counts for its whole duration, an upload from its first part on. A call that waits
    /// too long for its turn fails as unavailable.
    #[must_use]
    pub fn with_concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// Adds these limits and `tracing` spans to an operator that has no layers yet.
    ///
    /// The layers, from the inside out: concurrency, timeout of each try, retries, span. Spans
    /// contain keys and file names but no addresses.
    #[must_use]
    pub fn lay_over(&self, operator: Operator) -> Operator {
        let timeout = TimeoutLayer::new()
            .with_timeout(self.answer_within)
            .with_io_timeout(self.transfer_within);
        let retry = RetryLayer::new()
            .with_max_times(self.tries - 1)
            .with_min_delay(self.first_wait)
            .with_max_delay(Duration::from_secs(10).max(self.first_wait))
            .with_jitter()
            // The default notification contains addresses.
            .with_notify(|event: opendal::layers::RetryEvent<'_>| {
                let kind = event.err.kind().into_static();
                let operation = event.op.into_static();
                tracing::warn!(
                    operation,
                    kind,
                    attempt = event.attempt,
                    "retrying a call to the object store"
                );
            });
        operator
            .layer(ConcurrentLimitLayer::new(self.concurrency))
            .layer(timeout)
            .layer(retry)
            .layer(TracingLayer::new())
    }
}
