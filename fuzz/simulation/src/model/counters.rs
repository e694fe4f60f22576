//! The counters that span requests.

use super::{Model, Request};
use crate::reference::ReferenceLedger;
use crate::violation::{Verdict, ensure};
use desktop_delivery::events::{Event, EventKind};
use desktop_delivery::{Actor, Audience, Timestamp};
use std::collections::BTreeMap;

const DAY: i64 = 86_400;

/// Adds what an event charges to the counters of its day; `request` is as it was before the event.
pub(super) fn charge(charged: &mut BTreeMap<i64, i64>, request: &Request, event: &Event) {
    let quotas = &request.policy.quotas;
    let day = event.at.as_seconds() / DAY;
    let (day, amount) = match &event.kind {
        EventKind::Claimed { audience: Audience::Patron, .. }
            if quotas.patron_claims_per_day.is_some() =>
        {
            (day, 1)
        }
        EventKind::Previewed { .. }
            if matches!(event.actor, Actor::Staff { .. })
                && quotas.staff_previews_per_day.is_some() =>
        {
            (day, 1)
        }
        EventKind::Refunded { claim, .. } if quotas.patron_claims_per_day.is_some() => {
            let Some(claim) = request.claims.get(&claim.get()) else { return };
            let link = request.links.get(&claim.link);
            let is_theirs = link.is_some_and(|l| l.audience == Audience::Patron && !l.is_revoked);
            (claim.claimed_at.as_seconds() / DAY, -i64::from(is_theirs))
        }
        EventKind::UploadBegun { .. } if quotas.supplier_uploads_per_day.is_some() => (day, 1),
        _ => return,
    };
    *charged.entry(day).or_default() += amount;
}

impl Model {
    /// Compares the counters with what was charged to them.
    pub(crate) fn agree_on_counters(
        &self,
        reference: &ReferenceLedger,
        clocks: &[Timestamp],
    ) -> Verdict {
        const CHECK: &str = "1 a counter is not the sum of what was charged";
        let mut bytes = 0_u64;
        for delivery in reference.deliveries() {
            let record = &delivery.record;
            let reserved = record.uploads.iter().map(|upload| upload.reserved);
            let kept = record.live_attachments().map(|attachment| attachment.current().size);
            let pending = record.pending_deletions.iter().map(|pending| pending.size);
            bytes += reserved.chain(kept).chain(pending).sum::<u64>();
        }
        let (mut lasting, mut daily) = (0_u64, BTreeMap::<i64, u64>::new());
        for (used, end) in reference.counters().values() {
            match end {
                None => lasting += used,
                Some(end) => *daily.entry(end.as_seconds() / DAY - 1).or_default() += used,
            }
        }
        ensure!(lasting == bytes, CHECK, "{lasting} of {bytes} bytes are counted");
        // A counter may be deleted once any clock has passed its end.
        let today = clocks.iter().max().map_or(0, |now| (now.as_seconds() + 60) / DAY);
        for (day, amount) in self.charged.range(today..) {
            let counted = daily.get(day).copied().unwrap_or(0);
            let expected = u64::try_from(*amount).unwrap_or(0);
            ensure!(counted == expected, CHECK, "{counted} of {expected} on day {day}");
        }
        Ok(())
    }
}
