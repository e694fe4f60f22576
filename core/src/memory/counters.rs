use crate::model::ids::CounterKey;
use crate::model::timestamp::Timestamp;
use crate::ports::change::{Charge, CommitOutcome};
use crate::ports::ledger_snapshot::CounterSnapshot;
use crate::storage::plan_charges;
use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;

/// Counters that span requests. A counter at zero is not stored.
#[derive(Debug, Default)]
pub(super) struct Counters {
    counters: HashMap<CounterKey, Counter>,
    by_expiry: BTreeSet<(Timestamp, CounterKey)>,
}

#[derive(Clone, Copy, Debug)]
struct Counter {
    used: u64,
    expires_at: Option<Timestamp>,
}

impl Counters {
    pub(super) fn used(&self, key: CounterKey) -> u64 {
        self.counters.get(&key).map_or(0, |counter| counter.used)
    }

    fn stored(&self, key: CounterKey) -> Option<CounterSnapshot> {
        let Counter { used, expires_at } = *self.counters.get(&key)?;
        Some(CounterSnapshot { counter: key, used, expires_at })
    }

    /// Adds up charges without applying them. Fails with `Full` at the first charge that does not
    /// fit.
    pub(super) fn plan(&self, charges: &[Charge]) -> Result<Vec<CounterSnapshot>, CommitOutcome> {
        match plan_charges(charges, |key| Ok::<_, Infallible>(self.stored(key))) {
            Ok(plan) => plan.fits(),
            Err(never) => match never {},
        }
    }

    /// Stores a counter, replacing any with the same key.
    pub(super) fn store(&mut self, counter: CounterSnapshot) {
        let CounterSnapshot { counter: key, used, expires_at } = counter;
        self.forget(key);
        if used > 0 {
            self.counters.insert(key, Counter { used, expires_at });
            self.by_expiry.extend(expires_at.map(|end| (end, key)));
        }
    }

    /// Returns at most `limit` counters after `after`, ordered by key.
    pub(super) fn snapshots(
        &self,
        after: Option<CounterKey>,
        limit: usize,
    ) -> Vec<CounterSnapshot> {
        let behind =
            self.counters.iter().filter(|(key, _)| after.is_none_or(|after| **key > after));
        let mut copies: Vec<_> = behind
            .map(|(key, held)| CounterSnapshot {
                counter: *key,
                used: held.used,
                expires_at: held.expires_at,
            })
            .collect();
        copies.sort_unstable_by_key(|copy| copy.counter);
        copies.truncate(limit);
        copies
    }

    pub(super) fn forget_expired(&mut self, now: Timestamp) {
        while let Some((_, key)) = self.by_expiry.first().copied().filter(|(end, _)| *end <= now) {
            self.forget(key);
        }
    }

    fn forget(&mut self, key: CounterKey) {
        if let Some(end) = self.counters.remove(&key).and_then(|counter| counter.expires_at) {
            self.by_expiry.remove(&(end, key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charge(key: u8, amount: i64, expires_at: i64) -> Charge {
        let expires_at = Some(Timestamp::from_seconds(expires_at));
        Charge { counter: CounterKey::from_bytes([key; 16]), amount, limit: None, expires_at }
    }

    #[test]
    fn a_counter_is_deleted_at_its_latest_expiry() {
        let key = CounterKey::from_bytes([7; 16]);
        let mut counters = Counters::default();
        for charges in [vec![charge(7, 2, 100)], vec![charge(7, 3, 50), charge(9, 1, 60)]] {
            let plan = counters.plan(&charges).unwrap();
            plan.into_iter().for_each(|counter| counters.store(counter));
        }
        counters.forget_expired(Timestamp::from_seconds(99));
        assert_eq!((counters.used(key), counters.counters.len()), (5, 1));
        counters.forget_expired(Timestamp::from_seconds(100));
        assert_eq!((counters.used(key), counters.by_expiry.len()), (0, 0));
    }
}
