use crate::model::ids::CounterKey;
use crate::model::timestamp::Timestamp;
use crate::ports::change::{Charge, CommitOutcome};
use crate::ports::ledger_snapshot::CounterSnapshot;
use std::collections::{BTreeSet, HashMap};

/// Keeps the counters that span requests; one that holds zero is not kept.
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

/// What the counters of one change will hold.
pub(super) struct Plan(Vec<(CounterKey, Counter)>);

impl Counters {
    pub(super) fn used(&self, key: CounterKey) -> u64 {
        self.counters.get(&key).map_or(0, |counter| counter.used)
    }

    /// Adds up the charges in key order and changes nothing; fails with `Full` at the first that
    /// does not fit.
    pub(super) fn plan(&self, mut charges: Vec<Charge>) -> Result<Plan, CommitOutcome> {
        charges.sort_by_key(|charge| charge.counter);
        let mut plan: Vec<(CounterKey, Counter)> = Vec::with_capacity(charges.len());
        for charge in charges {
            let key = charge.counter;
            let before = match plan.last() {
                Some((planned, counter)) if *planned == key => Some(*counter),
                _ => self.counters.get(&key).copied(),
            };
            let used =
                before.map_or(0, |counter| counter.used).saturating_add_signed(charge.amount);
            if charge.amount > 0 && charge.limit.is_some_and(|limit| used > limit) {
                return Err(CommitOutcome::Full { counter: key, used: self.used(key) });
            }
            let expires_at = match before {
                Some(counter) => later(counter.expires_at, charge.expires_at),
                None => charge.expires_at,
            };
            plan.push((key, Counter { used, expires_at }));
        }
        Ok(Plan(plan))
    }

    pub(super) fn apply(&mut self, plan: Plan) {
        for (key, counter) in plan.0 {
            self.forget(key);
            if counter.used > 0 {
                self.counters.insert(key, counter);
                self.by_expiry.extend(counter.expires_at.map(|end| (end, key)));
            }
        }
    }

    /// At most `limit` counters behind `after`, in the order of their keys.
    pub(super) fn copies(&self, after: Option<CounterKey>, limit: usize) -> Vec<CounterSnapshot> {
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

    pub(super) fn store(&mut self, copy: CounterSnapshot) {
        let counter = Counter { used: copy.used, expires_at: copy.expires_at };
        self.apply(Plan(vec![(copy.counter, counter)]));
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

/// The later of two ends; `None` is never.
fn later(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.zip(other).map(|(one, other)| one.max(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charge(key: u8, amount: i64, expires_at: i64) -> Charge {
        let expires_at = Some(Timestamp::from_seconds(expires_at));
        Charge { counter: CounterKey::from_bytes([key; 16]), amount, limit: None, expires_at }
    }

    #[test]
    fn a_counter_is_forgotten_at_its_latest_end_and_not_before() {
        let key = CounterKey::from_bytes([7; 16]);
        let mut counters = Counters::default();
        for charges in [vec![charge(7, 2, 100)], vec![charge(7, 3, 50), charge(9, 1, 60)]] {
            let plan = counters.plan(charges).ok().unwrap();
            counters.apply(plan);
        }
        counters.forget_expired(Timestamp::from_seconds(99));
        assert_eq!((counters.used(key), counters.counters.len()), (5, 1));
        counters.forget_expired(Timestamp::from_seconds(100));
        assert_eq!((counters.used(key), counters.by_expiry.len()), (0, 0));
    }
}
