use opendal::Operator;
use opendal::layers::{ConcurrentLimitLayer, RetryLayer, TimeoutLayer, TracingLayer};
use std::time::Duration;

/// Says how patient calls to the store are, and how many run at once.
///
/// # Example
/// ```
/// # use desktop_delivery_opendal::{Limits, OpendalBlobStore, opendal};
/// # use opendal::{Operator, services};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let patient = Limits::default().with_tries(6).with_concurrency(200);
/// let operator = Operator::new(services::S3::default().bucket("scans").region("ca-central-1"))?;
/// let store = OpendalBlobStore::new(patient.lay_over(operator))?;
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

/// 10 s for an answer, 60 s for a part, 4 tries beginning 0.2 s apart, 1,024 calls at once.
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
    /// Gives a call that carries no bytes this long for each try; 10 s by default.
    #[must_use]
    pub fn with_answer_within(mut self, time: Duration) -> Self {
        self.answer_within = time;
        self
    }

    /// Gives a part of an upload (5 MiB), or the next piece of a download, this long for each try;
    /// 60 s by default, for which 90 kB/s are enough.
    #[must_use]
    pub fn with_transfer_within(mut self, time: Duration) -> Self {
        self.transfer_within = time;
        self
    }

    /// Tries what may pass so often in all, from 1; 4 by default.
    #[must_use]
    pub fn with_tries(mut self, tries: usize) -> Self {
        self.tries = tries.max(1);
        self
    }

    /// Waits this long before the second try, and about twice as long before each further one, up
    /// to 10 s; 0.2 s by default.
    #[must_use]
    pub fn with_first_wait(mut self, time: Duration) -> Self {
        self.first_wait = time;
        self
    }

    /// Lets this many calls run at once, from 1; 1,024 by default. A download through us is one as
    /// long as it lasts, an upload one from its first part on. What waits too long for its turn
    /// fails as unavailable.
    #[must_use]
    pub fn with_concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// Lays them over an operator that has no layers yet, with spans of `tracing` over all.
    ///
    /// From within: the turn, a time for each try, the tries, the span. Spans hold keys and file
    /// names, and no addresses.
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
            // The usual notice has addresses in it.
            .with_notify(|event: opendal::layers::RetryEvent<'_>| {
                let kind = event.err.kind().into_static();
                let operation = event.op.into_static();
                tracing::warn!(operation, kind, attempt = event.attempt, "trying again");
            });
        operator
            .layer(ConcurrentLimitLayer::new(self.concurrency))
            .layer(timeout)
            .layer(retry)
            .layer(TracingLayer::new())
    }
}
