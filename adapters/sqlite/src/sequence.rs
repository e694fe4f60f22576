use crate::error::Error;
use rusqlite::Connection;

/// Returns the next number of an increasing sequence.
pub(crate) fn next(connection: &Connection, name: &str) -> Result<i64, Error> {
    Ok(connection
        .prepare_cached("UPDATE ddlv_sequences SET last = last + 1 WHERE name = ?1 RETURNING last")?
        .query_row([name], |row| row.get(0))?)
}
