use crate::error::Error;
use crate::search;
use desktop_delivery::RequestHandle;
use desktop_delivery::storage::{ChangeRows, RowError, RowFormat, SnapshotRows};
use serde::Serialize;
use std::collections::BTreeSet;

/// A handle as stored; sorts in handle order.
pub(crate) type Handle = [u8; 8];

/// The format of rows in PostgreSQL: handles are bytes, other values are JSON.
#[derive(Debug)]
pub(crate) struct PostgresFormat;

/// A change as rows, prepared by the caller's task to keep the committer's work short.
pub(crate) type Prepared = ChangeRows<PostgresFormat>;

/// A snapshot of a delivery as rows.
pub(crate) type PreparedSnapshot = SnapshotRows<PostgresFormat>;

impl RowFormat for PostgresFormat {
    type Key = Handle;

    fn key(handle: RequestHandle) -> Handle {
        handle.to_bytes()
    }

    fn text(value: &impl Serialize) -> Option<String> {
        serde_json::to_string(value).ok()
    }

    fn document(tokens: Vec<String>, words: BTreeSet<String>) -> String {
        search::document(tokens, words)
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
