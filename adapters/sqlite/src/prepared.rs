use crate::error::Error;
use crate::rows;
use desktop_delivery::RequestHandle;
use desktop_delivery::storage::{ChangeRows, RowError, RowFormat, SnapshotRows};
use serde::Serialize;

/// How SQLite stores what rows are made of: handles as integers, the rest as JSON.
#[derive(Debug)]
pub(crate) struct SqliteFormat;

/// A change as rows, made by the caller's thread so that the writer has less to do.
pub(crate) type Prepared = ChangeRows<SqliteFormat>;

/// A snapshot of a delivery as rows.
pub(crate) type PreparedCopy = SnapshotRows<SqliteFormat>;

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
