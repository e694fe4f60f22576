use crate::error::Error;
use rusqlite::Connection;

/// Draws the next number of a sequence that only grows.
pub(crate) fn next(connection: &Connection, name: &str) -> Result<i64, Error> {
    Ok(connection
        .prepare_cached("UPDATE sequences SET last = last + 1 WHERE name = ?1 RETURNING last")?
        .query_row([name], |row| row.get(0))?)
}
