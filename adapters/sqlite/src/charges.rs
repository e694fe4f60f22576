use crate::error::Error;
use desktop_delivery::Timestamp;
use desktop_delivery::ids::CounterKey;
use desktop_delivery::ledger::{Charge, CounterSnapshot};
use desktop_delivery::storage::{ChargePlan, plan_charges};
use rusqlite::{Connection, OptionalExtension, params};

/// Adds up charges without writing.
pub(crate) fn plan(connection: &Connection, charges: &[Charge]) -> Result<ChargePlan, Error> {
    plan_charges(charges, |counter| read(connection, counter))
}

/// Reads a counter.
pub(crate) fn read(
    connection: &Connection,
    counter: CounterKey,
) -> Result<Option<CounterSnapshot>, Error> {
    let found: Option<(i64, Option<i64>)> = connection
        .prepare_cached("SELECT used, expires_at FROM ddlv_counters WHERE counter = ?1")?
        .query_row([counter.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((used, expires_at)) = found else { return Ok(None) };
    let used = u64::try_from(used).map_err(|_| Error::Row("counter"))?;
    Ok(Some(CounterSnapshot { counter, used, expires_at: expires_at.map(Timestamp::from_seconds) }))
}

/// Writes counters, replacing those with the same keys.
pub(crate) fn apply(connection: &Connection, plan: &[CounterSnapshot]) -> Result<(), Error> {
    for counter in plan {
        if counter.used == 0 {
            connection
                .prepare_cached("DELETE FROM ddlv_counters WHERE counter = ?1")?
                .execute([counter.counter.as_bytes()])?;
            continue;
        }
        connection
            .prepare_cached(
                "INSERT INTO ddlv_counters (counter, used, expires_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (counter) DO UPDATE
                 SET used = excluded.used, expires_at = excluded.expires_at",
            )?
            .execute(params![
                counter.counter.as_bytes(),
                // Real counts stay far below this (8 EiB for a counter of bytes).
                i64::try_from(counter.used).unwrap_or(i64::MAX),
                counter.expires_at.map(Timestamp::as_seconds),
            ])?;
    }
    Ok(())
}

/// Returns whether any counter has expired at `now`.
pub(crate) fn has_expired(connection: &Connection, now: Timestamp) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM ddlv_counters WHERE expires_at <= ?1 LIMIT 1")?
        .exists([now.as_seconds()])?)
}

/// Deletes a bounded number of counters that have expired at `now`.
pub(crate) fn forget_expired(connection: &Connection, now: Timestamp) -> Result<(), Error> {
    connection
        .prepare_cached(
            "DELETE FROM ddlv_counters WHERE counter IN (
                 SELECT counter FROM ddlv_counters WHERE expires_at <= ?1
                 ORDER BY expires_at LIMIT 1000
             )",
        )?
        .execute([now.as_seconds()])?;
    Ok(())
}
