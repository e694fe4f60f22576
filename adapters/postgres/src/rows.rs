//! Conversions between the values of the model and rows.

use crate::error::Error;
use desktop_delivery::delivery::{Delivery, DeliveryRecord, DeliveryUsage};
use desktop_delivery::events::{Event, EventPosition, RecordedEvent};
use desktop_delivery::ledger::{DeliverySummary, ListPosition};
use desktop_delivery::{RequestHandle, Timestamp};
use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

/// JSON as the text in which it is stored and sent.
pub(crate) struct Json<'a>(pub(crate) &'a str);

impl<'a> FromSql<'a> for Json<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(std::str::from_utf8(raw)?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::JSON
    }
}

/// Reads a column. The cause of a failure is dropped because it could quote stored data.
pub(crate) fn field<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Result<T, Error> {
    row.try_get(column).map_err(|_| Error::Row("column"))
}

/// Reads a fixed number of bytes.
pub(crate) fn bytes<const N: usize>(row: &Row, column: usize) -> Result<[u8; N], Error> {
    field::<&[u8]>(row, column)?.try_into().map_err(|_| Error::Row("key"))
}

pub(crate) fn handle(row: &Row, column: usize) -> Result<RequestHandle, Error> {
    Ok(RequestHandle::from_bytes(bytes(row, column)?))
}

/// Converts a counter that starts at 1 and never exceeds `i64::MAX`.
pub(crate) fn count(row: &Row, column: usize) -> Result<u64, Error> {
    u64::try_from(field::<i64>(row, column)?).map_err(|_| Error::Row("count"))
}

/// Caps a limit at what PostgreSQL can represent.
pub(crate) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Returns the exclusive upper bound of a page: the time and handle of `after`, or the greatest
/// values for the first page.
pub(crate) fn bound(after: Option<ListPosition>) -> (i64, [u8; 8]) {
    match after {
        Some(after) => (after.created_at.as_seconds(), after.handle.to_bytes()),
        None => (i64::MAX, [u8::MAX; 8]),
    }
}

/// Reads a record.
pub(crate) fn record(row: &Row, column: usize) -> Result<DeliveryRecord, Error> {
    json(row, column, "record")
}

/// Reads a record that may be null.
pub(crate) fn optional_record(row: &Row, column: usize) -> Result<Option<DeliveryRecord>, Error> {
    let text: Option<Json<'_>> = field(row, column)?;
    let parse = |text: Json<'_>| serde_json::from_str(text.0).map_err(|_| Error::Row("record"));
    text.map(parse).transpose()
}

/// Reads the columns handle, revision, record and usage.
pub(crate) fn delivery(row: &Row) -> Result<Delivery, Error> {
    let usage: DeliveryUsage = json(row, 3, "usage")?;
    Ok(Delivery::from_parts(handle(row, 0)?, count(row, 1)?, record(row, 2)?, usage))
}

/// Returns the stored size of the columns record and usage, read by [`delivery`], in bytes.
pub(crate) fn stored_bytes(row: &Row) -> Result<usize, Error> {
    Ok(field::<Json<'_>>(row, 2)?.0.len() + field::<Json<'_>>(row, 3)?.0.len())
}

/// Reads the columns handle and record.
pub(crate) fn listed(row: &Row) -> Result<DeliverySummary, Error> {
    Ok(DeliverySummary::of(handle(row, 0)?, &record(row, 1)?))
}

/// Reads the columns handle, revision, place, time, actor and event.
pub(crate) fn event(row: &Row) -> Result<RecordedEvent, Error> {
    event_from(row, 0)
}

/// Reads these columns, beginning at `first`.
pub(crate) fn event_from(row: &Row, first: usize) -> Result<RecordedEvent, Error> {
    let index =
        u32::try_from(field::<i32>(row, first + 2)?).map_err(|_| Error::Row("event place"))?;
    let position = EventPosition { revision: count(row, first + 1)?, index };
    let at = Timestamp::from_seconds(field(row, first + 3)?);
    let (actor, detail) = (json(row, first + 4, "event actor")?, json(row, first + 5, "event")?);
    let event = Event::from_parts(at, actor, detail);
    Ok(RecordedEvent { handle: handle(row, first)?, position, event })
}

/// Parses JSON. The parse error is dropped because it could quote stored data.
fn json<T: DeserializeOwned>(row: &Row, column: usize, what: &'static str) -> Result<T, Error> {
    let text: Json<'_> = field(row, column)?;
    serde_json::from_str(text.0).map_err(|_| Error::Row(what))
}
