//! Conversions between the values of the model and rows.

use crate::error::Error;
use desktop_delivery::delivery::{Delivery, DeliveryRecord, DeliveryUsage};
use desktop_delivery::events::{Event, EventPosition, RecordedEvent};
use desktop_delivery::ledger::{DeliverySummary, ListPosition};
use desktop_delivery::{RequestHandle, Timestamp};
use rusqlite::Row;
use serde::de::DeserializeOwned;

/// Reinterprets the 64 bits of a handle as SQLite's signed integer.
pub(crate) const fn from_handle(handle: RequestHandle) -> i64 {
    i64::from_be_bytes(handle.to_bytes())
}

pub(crate) const fn to_handle(stored: i64) -> RequestHandle {
    RequestHandle::from_bytes(stored.to_be_bytes())
}

/// Converts a counter that starts at 1 and never exceeds `i64::MAX`.
pub(crate) fn to_count(stored: i64) -> Result<u64, Error> {
    u64::try_from(stored).map_err(|_| Error::Row("count"))
}

/// Caps a limit at what SQLite can represent.
pub(crate) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Returns the exclusive upper bound of a page: the time and handle of `after`, or the greatest
/// values for the first page.
pub(crate) fn bound(after: Option<ListPosition>) -> (i64, i64) {
    match after {
        Some(after) => (after.created_at.as_seconds(), from_handle(after.handle)),
        None => (i64::MAX, i64::MAX),
    }
}

/// Reads a record.
pub(crate) fn record(row: &Row<'_>, column: usize) -> Result<DeliveryRecord, Error> {
    json(row, column, "record")
}

/// Reads the columns handle, revision, record and usage.
pub(crate) fn delivery(row: &Row<'_>) -> Result<Delivery, Error> {
    let record = record(row, 2)?;
    let usage: DeliveryUsage = json(row, 3, "usage")?;
    Ok(Delivery::from_parts(to_handle(row.get(0)?), to_count(row.get(1)?)?, record, usage))
}

/// Returns the stored size of the columns record and usage, read by [`delivery`], in bytes.
pub(crate) fn stored_bytes(row: &Row<'_>) -> Result<usize, Error> {
    let text = |column| row.get_ref(column)?.as_str().map_err(|_| Error::Row("record"));
    Ok(text(2)?.len() + text(3)?.len())
}

/// Reads the columns handle and record.
pub(crate) fn listed(row: &Row<'_>) -> Result<DeliverySummary, Error> {
    Ok(DeliverySummary::of(to_handle(row.get(0)?), &record(row, 1)?))
}

/// Reads the position of an event from its revision and place, the second and third column.
pub(crate) fn position(row: &Row<'_>) -> Result<EventPosition, Error> {
    let index = u32::try_from(row.get::<_, i64>(2)?).map_err(|_| Error::Row("event place"))?;
    Ok(EventPosition { revision: to_count(row.get(1)?)?, index })
}

/// Reads the columns handle, revision, place, time, actor and event.
pub(crate) fn event(row: &Row<'_>) -> Result<RecordedEvent, Error> {
    let position = position(row)?;
    let at = Timestamp::from_seconds(row.get(3)?);
    let event = Event::from_parts(at, json(row, 4, "event actor")?, json(row, 5, "event")?);
    Ok(RecordedEvent { handle: to_handle(row.get(0)?), position, event })
}

/// Parses JSON. The parse error is dropped because it could quote stored data.
fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize, what: &'static str) -> Result<T, Error> {
    let text = row.get_ref(column)?.as_str().map_err(|_| Error::Row(what))?;
    serde_json::from_str(text).map_err(|_| Error::Row(what))
}
