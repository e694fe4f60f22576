use crate::error::Error;
use crate::rows;
use crate::sequence;
use desktop_delivery::Timestamp;
use desktop_delivery::ids::NoticeNo;
use desktop_delivery::ledger::{Lease, OutboxEntry, Settlement};
use rusqlite::{Connection, params};

/// Adds notices to the outbox; an existing notice becomes unleased and is due at its new time.
pub(crate) fn put(
    connection: &Connection,
    handle: i64,
    entries: &[OutboxEntry],
) -> Result<(), Error> {
    for entry in entries {
        set_free(connection, handle, entry.notice, entry.not_before)?;
    }
    Ok(())
}

/// Returns whether every lease is still held: neither superseded nor settled.
pub(crate) fn are_held(connection: &Connection, settle: &[Settlement]) -> Result<bool, Error> {
    for Settlement { lease, .. } in settle {
        // No fence is this large.
        let fence = i64::try_from(lease.fence).unwrap_or(i64::MAX);
        let is_held = connection
            .prepare_cached(
                "SELECT 1 FROM ddlv_outbox WHERE handle = ?1 AND notice = ?2 AND fence = ?3",
            )?
            .exists(params![rows::from_handle(lease.handle), lease.notice.get(), fence])?;
        if !is_held {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Ends the leases. The caller has checked them with [`are_held`].
pub(crate) fn settle(connection: &Connection, settle: &[Settlement]) -> Result<(), Error> {
    for Settlement { lease, retry_at } in settle {
        let handle = rows::from_handle(lease.handle);
        match retry_at {
            Some(retry_at) => set_free(connection, handle, lease.notice, *retry_at)?,
            None => {
                connection
                    .prepare_cached("DELETE FROM ddlv_outbox WHERE handle = ?1 AND notice = ?2")?
                    .execute(params![handle, lease.notice.get()])?;
            }
        }
    }
    Ok(())
}

fn set_free(
    connection: &Connection,
    handle: i64,
    notice: NoticeNo,
    free_at: Timestamp,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO ddlv_outbox (handle, notice, free_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (handle, notice) DO UPDATE SET free_at = excluded.free_at, fence = NULL",
        )?
        .execute(params![handle, notice.get(), free_at.as_seconds()])?;
    Ok(())
}

/// Returns whether any notice can be leased.
pub(crate) fn has_due(connection: &Connection, now: Timestamp) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM ddlv_outbox WHERE free_at <= ?1 LIMIT 1")?
        .exists([now.as_seconds()])?)
}

/// Leases notices until `until`, longest due first.
pub(crate) fn lease(
    connection: &Connection,
    now: Timestamp,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<Lease>, Error> {
    let due = connection
        .prepare_cached(
            "SELECT handle, notice FROM ddlv_outbox WHERE free_at <= ?1 ORDER BY free_at LIMIT ?2",
        )?
        .query_map(params![now.as_seconds(), rows::limit(limit)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<Result<Vec<(i64, u32)>, _>>()?;
    let mut hold = connection.prepare_cached(
        "UPDATE ddlv_outbox SET free_at = ?3, fence = ?4 WHERE handle = ?1 AND notice = ?2",
    )?;
    due.into_iter()
        .map(|(handle, notice)| {
            let fence = sequence::next(connection, "fence")?;
            hold.execute(params![handle, notice, until.as_seconds(), fence])?;
            let (handle, notice) = (rows::to_handle(handle), NoticeNo::new(notice));
            Ok(Lease { handle, notice, fence: rows::to_count(fence)? })
        })
        .collect()
}
