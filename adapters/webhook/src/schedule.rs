//! When failed deliveries are tried again.

use desktop_delivery::{Entropy, StoreError, Timestamp};

/// The waits after the first failures, in seconds: 5 seconds, 5 and 30 minutes, 2, 5 and 10 hours,
/// then 12 hours. The last one repeats.
const WAITS: [i64; 7] = [5, 300, 1_800, 7_200, 18_000, 36_000, 43_200];

/// How long an event is tried after its first failure, in seconds: 3 days.
pub(crate) const GIVE_UP_SECONDS: i64 = 259_200;

/// The longest wait that a receiver can ask for, in seconds: 12 hours.
const MAX_RETRY_AFTER: i64 = 43_200;

/// Returns the time of the next attempt, or `None` if the last one has been made.
///
/// `tries` is the number of failed attempts, at least 1, and `first` the time of the first. Waits
/// vary by up to 10 percent, so that events that failed together are not all retried together. The
/// last attempt is made exactly three days after the first failure. A receiver can make a wait
/// longer, but not shorter.
pub(crate) fn next_attempt(
    first: Timestamp,
    tries: u32,
    retry_after: Option<i64>,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Option<Timestamp>, StoreError> {
    let end = first.plus_seconds(GIVE_UP_SECONDS);
    if now >= end {
        return Ok(None);
    }
    let place = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
    let planned = WAITS[place.min(WAITS.len() - 1)];
    let mut random = [0];
    entropy.fill(&mut random)?;
    // From 0.9 to 1.1 times the planned wait.
    let planned = planned * 9 / 10 + planned * i64::from(random[0]) / (5 * 255);
    let wait = planned.max(retry_after.map_or(0, bounded));
    Ok(Some(now.plus_seconds(wait).min(end)))
}

/// Returns the wait that a receiver asked for, from 1 second to 12 hours.
pub(crate) fn bounded(retry_after: i64) -> i64 {
    retry_after.clamp(1, MAX_RETRY_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::token::CountingEntropy;

    const FIRST: Timestamp = Timestamp::from_seconds(1_795_466_792);

    #[test]
    fn an_event_is_tried_for_three_days_and_at_their_end() {
        let entropy = CountingEntropy::default();
        let (mut now, mut tries, mut waits) = (FIRST, 1, vec![]);
        while let Some(next) = next_attempt(FIRST, tries, None, now, &entropy).unwrap() {
            waits.push(next.seconds_since(now));
            (now, tries) = (next, tries + 1);
        }
        assert_eq!(now, FIRST.plus_seconds(GIVE_UP_SECONDS));
        assert!((10..=12).contains(&waits.len()), "{waits:?}");
        for (wait, planned) in waits.iter().zip(WAITS) {
            let range = planned * 9 / 10..=planned * 11 / 10;
            assert!(range.contains(wait), "{wait} seconds instead of {planned}");
        }
    }

    #[test]
    fn receivers_make_the_wait_longer_but_not_shorter() {
        let entropy = CountingEntropy::default();
        let wait = |tries, seconds| {
            let next = next_attempt(FIRST, tries, Some(seconds), FIRST, &entropy).unwrap();
            next.unwrap().seconds_since(FIRST)
        };
        assert_eq!([wait(1, 120), wait(3, i64::MAX)], [120, 43_200]);
        for seconds in [0, -5, 120] {
            assert!((1_620..=1_980).contains(&wait(3, seconds)), "{seconds}");
        }
        let late = FIRST.plus_seconds(GIVE_UP_SECONDS - 10);
        let next = next_attempt(FIRST, 3, Some(600), late, &entropy).unwrap();
        assert_eq!(next, Some(FIRST.plus_seconds(GIVE_UP_SECONDS)));
    }
}
