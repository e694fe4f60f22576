use crate::error::Error;
use crate::shared::Shared;
use crate::{rows, sequence};
use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::projections::{NewRow, Row, RowKey, RowPage, RowRange, is_live};
use desktop_delivery::{Projections, StoreError, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use std::sync::Arc;

/// Projections in an SQLite file.
///
/// Created by [`SqliteStore::projections`](crate::SqliteStore::projections). Single rows are read
/// on the caller's thread, which takes microseconds while their pages are in memory.
#[derive(Clone, Debug)]
pub struct SqliteProjections(Arc<Shared>);

impl SqliteProjections {
    pub(crate) const fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }
}

const READ: &str =
    "SELECT key, version, expires_at, value FROM ddlv_projections WHERE kind = ?1 AND key = ?2";
const RANGE: &str = "SELECT key, version, expires_at, value FROM ddlv_projections
    WHERE kind = ?1 AND key > ?2 ORDER BY key LIMIT ?3";
const BOUNDED_RANGE: &str = "SELECT key, version, expires_at, value FROM ddlv_projections
    WHERE kind = ?1 AND key > ?2 AND key < ?4 ORDER BY key LIMIT ?3";
const STATE: &str = "SELECT version, expires_at FROM ddlv_projections WHERE kind = ?1 AND key = ?2";
const WRITE: &str = "INSERT INTO ddlv_projections (kind, key, version, expires_at, value)
    VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version,
        expires_at = excluded.expires_at, value = excluded.value";
const DELETE: &str = "DELETE FROM ddlv_projections WHERE kind = ?1 AND key = ?2 AND version = ?3";
const HAS_EXPIRED: &str = "SELECT 1 FROM ddlv_projections WHERE expires_at <= ?1 LIMIT 1";
const DELETE_EXPIRED: &str = "DELETE FROM ddlv_projections WHERE (kind, key) IN (
        SELECT kind, key FROM ddlv_projections WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2
    )";

/// Reads the columns key, version, expiry and value.
fn row(row: &rusqlite::Row<'_>) -> Result<Row, Error> {
    Ok(Row {
        key: row.get(0)?,
        value: Bytes::from(row.get::<_, Vec<u8>>(3)?),
        version: rows::to_count(row.get(1)?)?,
        expires_at: row.get::<_, Option<i64>>(2)?.map(Timestamp::from_seconds),
    })
}

fn read(connection: &Connection, key: RowKey<'_>) -> Result<Option<Row>, Error> {
    let mut statement = connection.prepare_cached(READ)?;
    let mut found = statement.query([key.kind(), key.key()])?;
    found.next()?.map(row).transpose()
}

fn range(connection: &Connection, range: &RowRange, limit: usize) -> Result<Vec<Row>, Error> {
    let (kind, lower, limit) = (range.kind(), range.lower(), rows::limit(limit));
    let mut statement;
    let mut found = match range.upper() {
        None => {
            statement = connection.prepare_cached(RANGE)?;
            statement.query(params![kind, lower, limit])?
        }
        Some(upper) => {
            statement = connection.prepare_cached(BOUNDED_RANGE)?;
            statement.query(params![kind, lower, limit, upper])?
        }
    };
    let mut page = Vec::new();
    while let Some(next) = found.next()? {
        page.push(row(next)?);
    }
    Ok(page)
}

#[async_trait]
impl Projections for SqliteProjections {
    async fn read(&self, key: RowKey<'_>, now: Timestamp) -> Result<Option<Row>, StoreError> {
        let found = self.0.readers.on_caller(|connection| read(connection, key));
        let found = found.map_err(|error| error.at("read"))?;
        Ok(found.filter(|row| row.is_live(now)))
    }

    async fn range(
        &self,
        keys: &RowRange,
        limit: usize,
        now: Timestamp,
    ) -> Result<RowPage, StoreError> {
        let keys = keys.clone();
        let read = self.0.readers.on_thread(move |connection| range(connection, &keys, limit));
        let stored = read.await.map_err(|error| error.at("range"))?;
        Ok(RowPage::of(stored, limit, now))
    }

    async fn write(
        &self,
        row: &NewRow<'_>,
        expected: u64,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        let (kind, key) = (row.key().kind(), row.key().key().to_owned());
        let (value, expires_at) = (row.value().clone(), row.expires_at());
        let write = self.0.writer.run(move |connection| {
            let stored: Option<(i64, Option<i64>)> = connection
                .prepare_cached(STATE)?
                .query_row([kind, &key], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let stored = stored.filter(|(_, end)| is_live(end.map(Timestamp::from_seconds), now));
            if stored.map_or(Ok(0), |(version, _)| rows::to_count(version))? != expected {
                return Ok(None);
            }
            let version = sequence::next(connection, "projection version")?;
            let end = expires_at.map(Timestamp::as_seconds);
            connection.prepare_cached(WRITE)?.execute(params![
                kind,
                key,
                version,
                end,
                &value[..]
            ])?;
            rows::to_count(version).map(Some)
        });
        write.await.map_err(|error| error.at("write"))
    }

    async fn delete(&self, key: RowKey<'_>, expected: u64) -> Result<bool, StoreError> {
        let (kind, key) = (key.kind(), key.key().to_owned());
        // No version is this large, so a value that does not fit is as stale as any other.
        let version = i64::try_from(expected).unwrap_or(i64::MAX);
        let delete = self.0.writer.run(move |connection| {
            Ok(connection.prepare_cached(DELETE)?.execute(params![kind, key, version])? > 0)
        });
        delete.await.map_err(|error| error.at("delete"))
    }

    async fn delete_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let delete = async {
            // A sweep rarely finds anything, so an empty one must not cost a transaction.
            let has_expired = self.0.readers.on_caller(|connection| {
                Ok(connection.prepare_cached(HAS_EXPIRED)?.exists([now.as_seconds()])?)
            });
            if !has_expired? {
                return Ok(0);
            }
            let parameters = (now.as_seconds(), rows::limit(limit));
            let delete = self.0.writer.run(move |connection| {
                Ok(connection.prepare_cached(DELETE_EXPIRED)?.execute(parameters)?)
            });
            delete.await
        };
        delete.await.map_err(|error: Error| error.at("delete expired"))
    }
}
