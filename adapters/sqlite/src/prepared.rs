use crate::error::Error;
use crate::rows;
use desktop_delivery::RequestHandle;
use desktop_delivery::storage::{ChangeRows, RowError, RowFormat, SnapshotRows};
use serde::Serialize;

/// The format of rows in SQLite: handles are integers, other values are JSON.
#[derive(Debug)]
pub(crate) struct SqliteFormat;

/// A change as rows, prepared by the caller's thread to keep the writer's work short.
pub(crate) type Prepared = ChangeRows<SqliteFormat>;

/// A snapshot of a delivery as rows.
pub(crate) type PreparedSnapshot = SnapshotRows<SqliteFormat>;

impl RowFormat for SqliteFormat {
    type Key = i64;

    fn key(handle: RequestHandle) -> i64 {
        rows::from_handle(handle)
    }

    fn text(value: &impl Serialize) -> Option<String> {
        serde_json::to_string(value).ok()
    }
}

impl From<RowError> for Error {
    fn from(error: RowError) -> Self {
        match error {
            RowError::Incomplete => Self::Incomplete,
            RowError::TooGreat => Self::Row("count"),
            RowError::Unwritable => Self::Unwritable,
        }
    }
}
