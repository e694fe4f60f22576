use desktop_delivery::Timestamp;
use desktop_delivery::ids::CounterKey;
use desktop_delivery::ledger::Charge;
use std::collections::HashMap;

/// Counters as the transaction has locked them, and as its changes leave them.
#[derive(Default)]
pub(crate) struct Counters(HashMap<CounterKey, Counter>);

#[derive(Clone, Copy)]
pub(crate) struct Counter {
    /// What it holds.
    pub(crate) used: u64,
    /// From when on it may be forgotten; `None` for never.
    pub(crate) expires_at: Option<Timestamp>,
}

/// Says that a counter would go over its limit.
#[derive(Clone, Copy)]
pub(crate) struct Full {
    pub(crate) counter: CounterKey,
    pub(crate) used: u64,
}

impl Counters {
    pub(crate) fn put(&mut self, key: CounterKey, counter: Counter) {
        self.0.insert(key, counter);
    }

    pub(crate) fn holds(&self, key: CounterKey) -> bool {
        self.0.contains_key(&key)
    }

    /// Adds up charges, which are in the order of their counters, and changes nothing. Each counter is
    /// named as often as it is charged; the last counts.
    pub(crate) fn plan(&self, charges: &[Charge]) -> Result<Vec<(CounterKey, Counter)>, Full> {
        let mut plan: Vec<(CounterKey, Counter)> = Vec::with_capacity(charges.len());
        for charge in charges {
            let key = charge.counter;
            let stored = self.0.get(&key).copied();
            let before = match plan.last() {
                Some((planned, counter)) if *planned == key => Some(*counter),
                _ => stored,
            };
            let used =
                before.map_or(0, |counter| counter.used).saturating_add_signed(charge.amount);
            if charge.amount > 0 && charge.limit.is_some_and(|limit| used > limit) {
                let used = stored.map_or(0, |counter| counter.used);
                return Err(Full { counter: key, used });
            }
            let expires_at = match before {
                // One that holds nothing is not kept, nor is its time.
                Some(counter) if counter.used > 0 => {
                    // The later of the two; `None` is never.
                    counter.expires_at.zip(charge.expires_at).map(|(one, other)| one.max(other))
                }
                _ => charge.expires_at,
            };
            plan.push((key, Counter { used, expires_at }));
        }
        Ok(plan)
    }
}
