use crate::model::ids::CounterKey;
use crate::model::limit::has_room;
use crate::model::timestamp::Timestamp;
use crate::ports::change::{Charge, CommitOutcome};
use crate::ports::ledger_snapshot::CounterSnapshot;

/// The result of summing up the charges of one change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "every ledger must handle both")]
pub enum ChargePlan {
    /// The charges fit. The new counters, each once, sorted by key; a counter with the value 0 is
    /// not stored.
    Fits(Vec<CounterSnapshot>),
    /// One charge does not fit, so the change is not committed.
    Full {
        /// The counter that is full.
        counter: CounterKey,
        /// The value of the counter before this change.
        used: u64,
    },
}

impl ChargePlan {
    /// Returns the new counters.
    ///
    /// # Errors
    /// [`CommitOutcome::Full`] if a charge does not fit.
    pub fn fits(self) -> Result<Vec<CounterSnapshot>, CommitOutcome> {
        match self {
            Self::Fits(counters) => Ok(counters),
            Self::Full { counter, used } => Err(CommitOutcome::Full { counter, used }),
        }
    }
}

/// Sums up the charges of one change in the order of their counters; stores nothing. `stored`
/// returns the stored counter, and is called once for each.
///
/// A negative amount stops at 0. A limit only applies to positive amounts. A counter that reaches 0
/// is discarded together with its end, even if a later charge of the same change adds to it again.
///
/// # Errors
/// The errors of `stored`.
pub fn plan_charges<E>(
    charges: &[Charge],
    mut stored: impl FnMut(CounterKey) -> Result<Option<CounterSnapshot>, E>,
) -> Result<ChargePlan, E> {
    let mut charges: Vec<&Charge> = charges.iter().collect();
    charges.sort_by_key(|charge| charge.counter);
    let mut plan: Vec<CounterSnapshot> = Vec::with_capacity(charges.len());
    let mut before_change = 0;
    for charge in charges {
        let counter = charge.counter;
        if plan.last().is_none_or(|last| last.counter != counter) {
            let found =
                stored(counter)?.unwrap_or(CounterSnapshot { counter, used: 0, expires_at: None });
            before_change = found.used;
            plan.push(found);
        }
        let Some(planned) = plan.last_mut() else { continue };
        if !has_room(planned.used, charge.amount, charge.limit) {
            return Ok(ChargePlan::Full { counter, used: before_change });
        }
        planned.expires_at = match planned.used {
            0 => charge.expires_at,
            _ => later(planned.expires_at, charge.expires_at),
        };
        planned.used = planned.used.saturating_add_signed(charge.amount);
    }
    Ok(ChargePlan::Fits(plan))
}

/// Returns the later of two ends; `None` is never.
fn later(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.zip(other).map(|(one, other)| one.max(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    const fn key(number: u8) -> CounterKey {
        CounterKey::from_bytes([number; 16])
    }

    fn charge(number: u8, amount: i64, limit: Option<u64>, end: Option<i64>) -> Charge {
        let expires_at = end.map(Timestamp::from_seconds);
        Charge { counter: key(number), amount, limit, expires_at }
    }

    /// Plans charges on counters that all have the value 5 until 100.
    fn plan(charges: &[Charge]) -> ChargePlan {
        let planned = plan_charges(charges, |counter| {
            let expires_at = Some(Timestamp::from_seconds(100));
            Ok::<_, Infallible>(Some(CounterSnapshot { counter, used: 5, expires_at }))
        });
        planned.expect("it cannot fail")
    }

    fn held(charges: &[Charge]) -> Vec<(u8, u64, Option<i64>)> {
        let ChargePlan::Fits(counters) = plan(charges) else { return Vec::new() };
        let shown = |c: &CounterSnapshot| {
            (c.counter.as_bytes()[0], c.used, c.expires_at.map(Timestamp::as_seconds))
        };
        counters.iter().map(shown).collect()
    }

    #[test]
    fn each_counter_is_planned_once_in_the_order_of_keys() {
        let charges =
            [charge(2, 4, None, Some(50)), charge(1, 1, None, None), charge(2, 2, None, Some(200))];
        assert_eq!(held(&charges), [(1, 6, None), (2, 11, Some(200))]);
    }

    #[test]
    fn a_counter_that_comes_to_zero_forgets_its_end() {
        assert_eq!(held(&[charge(1, -9, None, Some(50))]), [(1, 0, Some(100))]);
        let again = [charge(1, -9, None, None), charge(1, 3, None, Some(50))];
        assert_eq!(held(&again), [(1, 3, Some(50))]);
    }

    #[test]
    fn a_full_counter_shows_what_it_held_before_the_change() {
        let charges = [charge(1, 1, Some(6), None), charge(1, 1, Some(6), None)];
        assert_eq!(plan(&charges), ChargePlan::Full { counter: key(1), used: 5 });
        assert_eq!(held(&[charge(1, -1, Some(0), None)]), [(1, 4, None)], "giving back fits");
    }
}
