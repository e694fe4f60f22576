use crate::error::Error;
use desktop_delivery::Timestamp;
use desktop_delivery::ids::CounterKey;
use desktop_delivery::ledger::{Charge, CounterSnapshot};
use rusqlite::{Connection, OptionalExtension, params};

/// What the charges of one change come to.
pub(crate) enum Plan {
    /// They fit; the counters will hold this, each named as often as it is charged, the last
    /// counts.
    Fits(Vec<Counter>),
    /// One does not.
    Full { counter: CounterKey, used: u64 },
}

#[derive(Clone, Copy)]
pub(crate) struct Counter {
    key: CounterKey,
    used: u64,
    expires_at: Option<Timestamp>,
}

impl Counter {
    pub(crate) const fn of(copy: &CounterSnapshot) -> Self {
        Self { key: copy.counter, used: copy.used, expires_at: copy.expires_at }
    }
}

/// Adds up charges, which are in the order of their counters, and changes nothing.
pub(crate) fn plan(connection: &Connection, charges: &[Charge]) -> Result<Plan, Error> {
    let mut plan: Vec<Counter> = Vec::with_capacity(charges.len());
    let mut stored = 0;
    for charge in charges {
        let key = charge.counter;
        let before = match plan.last() {
            Some(planned) if planned.key == key => Some(*planned),
            _ => {
                let before = read(connection, key)?;
                stored = before.map_or(0, |counter| counter.used);
                before
            }
        };
        let used = before.map_or(0, |counter| counter.used).saturating_add_signed(charge.amount);
        if charge.amount > 0 && charge.limit.is_some_and(|limit| used > limit) {
            return Ok(Plan::Full { counter: key, used: stored });
        }
        let expires_at = match before {
            // The later of the two; `None` is never.
            Some(counter) => {
                counter.expires_at.zip(charge.expires_at).map(|(one, other)| one.max(other))
            }
            None => charge.expires_at,
        };
        plan.push(Counter { key, used, expires_at });
    }
    Ok(Plan::Fits(plan))
}

fn read(connection: &Connection, key: CounterKey) -> Result<Option<Counter>, Error> {
    let found: Option<(i64, Option<i64>)> = connection
        .prepare_cached("SELECT used, expires_at FROM counters WHERE counter = ?1")?
        .query_row([key.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((used, expires_at)) = found else { return Ok(None) };
    let used = u64::try_from(used).map_err(|_| Error::Row("counter"))?;
    Ok(Some(Counter { key, used, expires_at: expires_at.map(Timestamp::from_seconds) }))
}

/// Writes what [`plan`] planned.
pub(crate) fn apply(connection: &Connection, plan: &[Counter]) -> Result<(), Error> {
    for counter in plan {
        if counter.used == 0 {
            connection
                .prepare_cached("DELETE FROM counters WHERE counter = ?1")?
                .execute([counter.key.as_bytes()])?;
            continue;
        }
        connection
            .prepare_cached(
                "INSERT INTO counters (counter, used, expires_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (counter) DO UPDATE
                 SET used = excluded.used, expires_at = excluded.expires_at",
            )?
            .execute(params![
                counter.key.as_bytes(),
                // Nothing that is counted comes near to this: eight exbibytes, if it is bytes.
                i64::try_from(counter.used).unwrap_or(i64::MAX),
                counter.expires_at.map(Timestamp::as_seconds),
            ])?;
    }
    Ok(())
}

/// Whether a counter has expired.
pub(crate) fn has_expired(connection: &Connection, now: Timestamp) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM counters WHERE expires_at <= ?1 LIMIT 1")?
        .exists([now.as_seconds()])?)
}

/// Forgets counters that have expired, a bounded number of them.
pub(crate) fn forget_expired(connection: &Connection, now: Timestamp) -> Result<(), Error> {
    connection
        .prepare_cached(
            "DELETE FROM counters WHERE counter IN (
                 SELECT counter FROM counters WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 1000
             )",
        )?
        .execute([now.as_seconds()])?;
    Ok(())
}
