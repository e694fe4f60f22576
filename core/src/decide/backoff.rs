use super::Context;
use super::draft::{Decision, Draft};
use crate::model::delivery::{Backoff, Delivery};
use crate::model::event::EventKind;

/// Waits between tries of what failed, seconds: 1 minute, 5, 20, then an hour, 4, and 12 at a time.
const WAITS: [i64; 6] = [60, 300, 1_200, 3_600, 14_400, 43_200];

/// How long to wait after this many failures, from 0, before the next try.
pub(super) fn wait_after(failures: u32) -> i64 {
    let place = usize::try_from(failures).unwrap_or(usize::MAX).min(WAITS.len() - 1);
    WAITS[place]
}

/// Puts off what has fallen due but failed, for longer each time, so that deliveries behind it get
/// their turn.
#[must_use]
pub fn backoff(delivery: &Delivery, context: &Context<'_>) -> Decision<()> {
    let mut draft = Draft::of(delivery, context);
    let times = delivery.record.backoff.map_or(0, |backoff| backoff.times);
    let until = context.now.plus_seconds(wait_after(u32::from(times)));
    draft.record_mut().backoff = Some(Backoff { until, times: times.saturating_add(1) });
    draft.add_event(EventKind::Backoff { until });
    draft.finish(())
}
