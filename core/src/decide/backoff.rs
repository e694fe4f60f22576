use super::Context;
use super::draft::{Decision, Draft};
use crate::model::delivery::{Backoff, Delivery};
use crate::model::event::EventKind;

/// The waits between tries of failed work, in seconds: 1, 5 and 20 minutes, then 1, 4 and 12 hours.
/// The last one repeats.
const WAITS: [i64; 6] = [60, 300, 1_200, 3_600, 14_400, 43_200];

/// Returns the wait before the next try in seconds, after this many earlier failures.
pub(super) fn wait_after(failures: u32) -> i64 {
    let place = usize::try_from(failures).unwrap_or(usize::MAX).min(WAITS.len() - 1);
    WAITS[place]
}

/// Postpones due work that failed, longer after each failure, so that the work of other deliveries
/// is not held up.
#[must_use]
pub fn backoff(delivery: &Delivery, context: &Context<'_>) -> Decision<()> {
    let mut draft = Draft::of(delivery, context);
    let times = delivery.record.backoff.map_or(0, |backoff| backoff.times);
    let until = context.now.plus_seconds(wait_after(u32::from(times)));
    draft.record_mut().backoff = Some(Backoff { until, times: times.saturating_add(1) });
    draft.add_event(EventKind::Backoff { until });
    draft.finish(())
}
