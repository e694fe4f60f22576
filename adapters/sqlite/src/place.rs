//! Places of requests in the search index: integers in list order.

use crate::error::Error;
use rusqlite::{Connection, OptionalExtension, params};

/// Returns the preferred place of a request: its creation time, then the upper bits of its handle.
/// Handles are random, so requests of the same second have gaps between them.
pub(crate) fn preferred(created_at: i64, handle: i64) -> i64 {
    const BITS: u32 = 29;
    const LAST: i64 = 1 << 33;
    let upper = handle.cast_unsigned() >> (u64::BITS - BITS);
    (created_at.clamp(-LAST, LAST) << BITS) | upper.cast_signed()
}

/// Returns a free place between the next older and the next newer request, moving other requests if
/// there is none. The request itself must not have a place yet.
pub(crate) fn find(connection: &Connection, created_at: i64, handle: i64) -> Result<i64, Error> {
    let neighbor = |sql| -> Result<Option<i64>, Error> {
        Ok(connection
            .prepare_cached(sql)?
            .query_row(params![created_at, handle < 0, handle], |row| row.get(0))
            .optional()?)
    };
    let lowest = neighbor(OLDER)?.map_or(i64::MIN, |place| place.saturating_add(1));
    let highest = neighbor(NEWER)?.map_or(i64::MAX, |place| place.saturating_sub(1));
    if lowest <= highest {
        return Ok(preferred(created_at, handle).clamp(lowest, highest));
    }
    shift_run(connection, lowest)?;
    Ok(lowest)
}

const OLDER: &str = "SELECT place FROM ddlv_searchable WHERE handle = (
        SELECT handle FROM ddlv_requests
        WHERE (created_at, upper_half, handle) < (?1, ?2, ?3)
        ORDER BY created_at DESC, upper_half DESC, handle DESC LIMIT 1)";
const NEWER: &str = "SELECT place FROM ddlv_searchable WHERE handle = (
        SELECT handle FROM ddlv_requests
        WHERE (created_at, upper_half, handle) > (?1, ?2, ?3)
        ORDER BY created_at, upper_half, handle LIMIT 1)";

/// Moves the unbroken run of places that starts at `from` up by one. With random handles, the run
/// is short.
fn shift_run(connection: &Connection, from: i64) -> Result<(), Error> {
    let mut run: Vec<(i64, i64, String)> = Vec::new();
    {
        let mut statement = connection.prepare_cached(
            "SELECT place, handle, document FROM ddlv_searchable WHERE place >= ?1 ORDER BY place",
        )?;
        let mut found = statement.query([from])?;
        while let Some(row) = found.next()? {
            let place = row.get(0)?;
            if run.last().is_some_and(|(last, ..)| place > last + 1) {
                break;
            }
            run.push((place, row.get(1)?, row.get(2)?));
        }
    }
    let mut place_at =
        connection.prepare_cached("UPDATE ddlv_searchable SET place = ?2 WHERE handle = ?1")?;
    let mut index_at = connection.prepare_cached(
        "UPDATE ddlv_search_index SET rowid = ?2, document = ?3 WHERE rowid = ?1",
    )?;
    for (place, handle, document) in run.into_iter().rev() {
        place_at.execute(params![handle, place + 1])?;
        index_at.execute(params![place, place + 1, document])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_grow_with_the_time_and_the_handle() {
        let order = [
            preferred(i64::MIN, 0),
            preferred(-1, -1),
            preferred(0, 0),
            preferred(0, 1 << 35),
            preferred(0, i64::MAX),
            preferred(0, i64::MIN),
            preferred(0, -1),
            preferred(1, 0),
            preferred(i64::from(u32::MAX) * 2, -1),
            preferred(i64::MAX, -1),
        ];
        assert!(order.is_sorted_by(|one, next| one < next), "{order:?}");
    }
}
