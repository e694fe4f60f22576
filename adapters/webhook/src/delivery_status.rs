use crate::Failure;
use crate::progress::Progress;
use desktop_delivery::Timestamp;
use desktop_delivery::events::FeedPosition;

/// How far the deliveries of a webhook have come.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryStatus {
    /// All events up to this position have been delivered, or were not selected.
    pub position: FeedPosition,
    /// The time of the last success.
    pub delivered_at: Option<Timestamp>,
    /// The number of events that failed and will be tried again.
    pub retrying: usize,
    /// When the first of them will be tried again.
    pub next_attempt_at: Option<Timestamp>,
    /// The last 20 failures, newest first.
    pub failures: Vec<Failure>,
}

impl DeliveryStatus {
    pub(crate) fn of(progress: Progress) -> Self {
        let next = progress.retries.values().map(|retry| retry.next).min();
        Self {
            position: progress.cursor,
            delivered_at: progress.delivered_at,
            retrying: progress.retries.len(),
            next_attempt_at: next.map(|next| next.max(progress.hold_until.unwrap_or(next))),
            failures: progress.failures.into_iter().rev().collect(),
        }
    }
}
