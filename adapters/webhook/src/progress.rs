use crate::schedule::{bounded, next_attempt};
use crate::{Attempt, Failure, FailureReason, PauseReason};
use desktop_delivery::events::FeedPosition;
use desktop_delivery::{Entropy, StoreError, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The number of failures that are remembered.
const MAX_FAILURES: usize = 20;

/// How far the deliveries of a webhook have come: one row of the projections, which every process
/// changes by comparing its version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// All events up to this position have been delivered, or were not selected.
    #[serde(with = "position")]
    pub(crate) cursor: FeedPosition,
    /// The end of the events that were read last. Nothing waits beyond it unless the feed has grown.
    #[serde(with = "position")]
    pub(crate) seen: FeedPosition,
    /// Whether more events follow, which wait until the window moves on.
    #[serde(default)]
    pub(crate) is_full: bool,
    /// Whether a process has begun to deliver and has not come to an end, perhaps because it died.
    #[serde(default)]
    pub(crate) is_unfinished: bool,
    /// The process that delivers.
    #[serde(default)]
    pub(crate) lease: Option<Lease>,
    /// The numbers of delivered events after the cursor.
    #[serde(default)]
    pub(crate) done: BTreeSet<u64>,
    /// Failed events, by number.
    #[serde(default)]
    pub(crate) retries: BTreeMap<u64, Retry>,
    /// The receiver asked for a pause until this time.
    #[serde(default)]
    pub(crate) hold_until: Option<Timestamp>,
    /// The time of the last success.
    #[serde(default)]
    pub(crate) delivered_at: Option<Timestamp>,
    /// The last failures, newest last.
    #[serde(default)]
    pub(crate) failures: VecDeque<Failure>,
}

/// The lease of the process that delivers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lease {
    pub(crate) holder: String,
    pub(crate) until: Timestamp,
}

/// The state of an event that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Retry {
    pub(crate) first: Timestamp,
    pub(crate) tries: u32,
    pub(crate) next: Timestamp,
}

impl Progress {
    /// Returns the progress of a webhook that continues after a position.
    pub(crate) fn at(cursor: FeedPosition) -> Self {
        Self {
            cursor,
            seen: FeedPosition::beginning(cursor.generation),
            is_full: false,
            is_unfinished: true,
            lease: None,
            done: BTreeSet::new(),
            retries: BTreeMap::new(),
            hold_until: None,
            delivered_at: None,
            failures: VecDeque::new(),
        }
    }

    /// Moves to another position. The lease and the record of failures stay.
    pub(crate) fn move_to(&mut self, cursor: FeedPosition) {
        let (lease, failures) = (self.lease.take(), std::mem::take(&mut self.failures));
        *self = Self { lease, failures, delivered_at: self.delivered_at, ..Self::at(cursor) };
    }

    /// Forgets earlier failures, so that everything is tried at once and for three days.
    pub(crate) fn try_again(&mut self) {
        self.retries.clear();
        self.hold_until = None;
        self.is_unfinished = true;
    }

    /// Returns whether the receiver asked for a pause that lasts at `now`.
    pub(crate) fn is_on_hold(&self, now: Timestamp) -> bool {
        self.hold_until.is_some_and(|until| now < until)
    }

    /// Returns whether another process holds the lease at `now`.
    pub(crate) fn is_leased_to_another(&self, holder: &str, now: Timestamp) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.holder != holder && now < lease.until)
    }

    /// Returns whether something may be deliverable at `now`, if the feed ends at `end`.
    pub(crate) fn has_work(&self, end: FeedPosition, now: Timestamp) -> bool {
        let is_due = self.retries.values().any(|retry| retry.next <= now);
        let has_grown = !self.is_full && self.seen != end;
        !self.is_on_hold(now) && (self.is_unfinished || is_due || has_grown)
    }

    /// Returns whether an event may be tried at `now`.
    pub(crate) fn is_due(&self, number: u64, now: Timestamp) -> bool {
        self.retries.get(&number).is_none_or(|retry| retry.next <= now)
    }

    /// Records the outcome of an attempt. Returns why the webhook must be paused, if it must.
    pub(crate) fn record(
        &mut self,
        number: u64,
        delivery: &str,
        attempt: &Attempt,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<Option<PauseReason>, StoreError> {
        let Some(reason) = attempt.failure else {
            self.done.insert(number);
            self.delivered_at = Some(now);
            if self.retries.remove(&number).is_some() {
                // The receiver has recovered, so the others need not wait.
                self.retries.values_mut().for_each(|retry| retry.next = retry.next.min(now));
            }
            return Ok(None);
        };
        self.fail(delivery, reason, attempt.status, now);
        if attempt.status == Some(410) {
            return Ok(Some(PauseReason::Gone));
        }
        if let Some(seconds) = attempt.retry_after {
            self.hold_until = Some(now.plus_seconds(bounded(seconds)));
        }
        let before = self.retries.get(&number);
        let first = before.map_or(now, |retry| retry.first);
        let tries = before.map_or(0, |retry| retry.tries).saturating_add(1);
        let Some(next) = next_attempt(first, tries, attempt.retry_after, now, entropy)? else {
            return Ok(Some(PauseReason::Failing));
        };
        self.retries.insert(number, Retry { first, tries, next });
        Ok(None)
    }

    fn fail(&mut self, id: &str, reason: FailureReason, status: Option<u16>, at: Timestamp) {
        if self.failures.len() >= MAX_FAILURES {
            self.failures.pop_front();
        }
        self.failures.push_back(Failure { at, delivery: id.to_owned(), reason, status });
    }
}

mod position {
    use super::{Deserialize, Deserializer, FeedPosition, Serializer};
    use serde::de::Error as _;

    pub(super) fn serialize<S: Serializer>(
        position: &FeedPosition,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(position)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<FeedPosition, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::token::CountingEntropy;
    use std::time::Duration;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_466_792);

    fn position(number: u64) -> FeedPosition {
        FeedPosition { generation: 1, number, check: 7 }
    }

    fn attempt(status: u16, retry_after: Option<i64>) -> Attempt {
        let failure = (!(200..300).contains(&status)).then_some(FailureReason::Status);
        Attempt { status: Some(status), failure, duration: Duration::ZERO, retry_after }
    }

    #[test]
    fn work_is_found_only_if_the_feed_has_grown_or_a_retry_is_due() {
        let entropy = CountingEntropy::default();
        let mut progress = Progress::at(position(3));
        assert!(progress.has_work(position(3), NOW), "it has read nothing yet");
        (progress.seen, progress.is_unfinished) = (position(9), false);
        assert!(!progress.has_work(position(9), NOW));
        assert!(progress.has_work(position(10), NOW));
        assert_eq!(progress.record(5, "evt", &attempt(500, None), NOW, &entropy).unwrap(), None);
        assert!(!progress.has_work(position(9), NOW) && !progress.is_due(5, NOW));
        let later = NOW.plus_seconds(6);
        assert!(progress.has_work(position(9), later) && progress.is_due(5, later));
        progress.is_full = true;
        assert!(!progress.has_work(position(10), NOW), "the window is full");
        progress.try_again();
        assert!(progress.has_work(position(9), NOW));
    }

    #[test]
    fn a_receiver_that_is_busy_gets_nothing_until_its_time() {
        let entropy = CountingEntropy::default();
        let mut progress = Progress::at(position(3));
        progress.record(5, "evt", &attempt(503, Some(90)), NOW, &entropy).unwrap();
        assert!(!progress.has_work(position(9), NOW.plus_seconds(89)));
        assert!(progress.has_work(position(9), NOW.plus_seconds(90)));
    }

    #[test]
    fn a_retried_success_makes_the_other_failures_due() {
        let entropy = CountingEntropy::default();
        let mut progress = Progress::at(position(3));
        for number in [4, 5] {
            progress.record(number, "evt", &attempt(500, None), NOW, &entropy).unwrap();
        }
        let later = NOW.plus_seconds(1);
        progress.record(6, "evt", &attempt(204, None), later, &entropy).unwrap();
        assert!(!progress.is_due(5, later), "event 6 had not failed before");
        progress.record(4, "evt", &attempt(204, None), later, &entropy).unwrap();
        assert!(progress.is_due(5, later));
        assert_eq!(progress.done, BTreeSet::from([4, 6]));
    }

    #[test]
    fn the_row_has_a_bounded_size() {
        let entropy = CountingEntropy::default();
        let mut progress = Progress::at(position(u64::MAX - 1_000));
        for number in u64::MAX - 1_000..u64::MAX - 800 {
            progress.done.insert(number);
            let failed = attempt(500, None);
            progress.record(number, &"e".repeat(60), &failed, NOW, &entropy).unwrap();
        }
        assert_eq!(progress.failures.len(), MAX_FAILURES);
        let bytes = serde_json::to_vec(&progress).unwrap().len();
        assert!(bytes < desktop_delivery::projections::MAX_ROW_BYTES / 2, "{bytes} bytes");
    }
}
