use crate::error::Error;
use crate::rows;
use crate::shared::Shared;
use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::projections::{NewRow, RowKey, RowPage, RowRange};
use desktop_delivery::{Projections, StoreError, Timestamp, projections};
use std::sync::Arc;
use tokio_postgres::Row;

/// Projections in a PostgreSQL database that several nodes share.
///
/// Created by [`PostgresStore::projections`](crate::PostgresStore::projections).
#[derive(Clone, Debug)]
pub struct PostgresProjections(Arc<Shared>);

impl PostgresProjections {
    pub(crate) const fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }
}

const READ: &str =
    "SELECT key, version, expires_at, value FROM projections WHERE kind = $1 AND key = $2";
const RANGE: &str = "SELECT key, version, expires_at, value FROM projections
    WHERE kind = $1 AND key > $2 ORDER BY key LIMIT $3";
const BOUNDED_RANGE: &str = "SELECT key, version, expires_at, value FROM projections
    WHERE kind = $1 AND key > $2 AND key < $4 ORDER BY key LIMIT $3";
/// Inserts a row, or replaces one that has expired.
const INSERT: &str = "INSERT INTO projections (kind, key, version, expires_at, value)
    VALUES ($1, $2, nextval('projection_versions'), $3, $4)
    ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version,
        expires_at = excluded.expires_at, value = excluded.value
    WHERE projections.expires_at <= $5 RETURNING version";
const UPDATE: &str = "UPDATE projections SET version = nextval('projection_versions'),
        expires_at = $3, value = $4
    WHERE kind = $1 AND key = $2 AND version = $6 AND (expires_at IS NULL OR expires_at > $5)
    RETURNING version";
const DELETE: &str =
    "DELETE FROM projections WHERE kind = $1 AND key = $2 AND version = $3 RETURNING version";
/// The rows are locked where their expiry is read, so that none can be renewed in between.
const DELETE_EXPIRED: &str = "WITH gone AS MATERIALIZED (
        SELECT kind, key FROM projections WHERE expires_at <= $1
        ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    DELETE FROM projections USING gone
    WHERE projections.kind = gone.kind AND projections.key = gone.key
    RETURNING version";

/// Reads the columns key, version, expiry and value.
fn row(row: &Row) -> Result<projections::Row, Error> {
    Ok(projections::Row {
        key: rows::field(row, 0)?,
        value: Bytes::copy_from_slice(rows::field(row, 3)?),
        version: rows::count(row, 1)?,
        expires_at: rows::field::<Option<i64>>(row, 2)?.map(Timestamp::from_seconds),
    })
}

impl PostgresProjections {
    async fn find(&self, key: RowKey<'_>) -> Result<Option<projections::Row>, Error> {
        let found = self.0.reads.read(READ, &[&key.kind(), &key.key()]).await?;
        found.first().map(row).transpose()
    }

    async fn page(&self, keys: &RowRange, limit: usize) -> Result<Vec<projections::Row>, Error> {
        let (kind, lower, limit) = (keys.kind(), keys.lower(), rows::limit(limit));
        let found = match keys.upper() {
            None => self.0.reads.read(RANGE, &[&kind, &lower, &limit]).await?,
            Some(upper) => {
                self.0.reads.read(BOUNDED_RANGE, &[&kind, &lower, &limit, &upper]).await?
            }
        };
        found.iter().map(row).collect()
    }

    async fn put(
        &self,
        row: &NewRow<'_>,
        expected: u64,
        now: Timestamp,
    ) -> Result<Option<u64>, Error> {
        let (kind, key, value) = (row.key().kind(), row.key().key(), &row.value()[..]);
        let (end, now) = (row.expires_at().map(Timestamp::as_seconds), now.as_seconds());
        // No version is this large, so a value that does not fit is as stale as any other.
        let version = i64::try_from(expected).unwrap_or(i64::MAX);
        let written = match expected {
            0 => self.0.reads.run(INSERT, &[&kind, &key, &end, &value, &now]).await?,
            _ => self.0.reads.run(UPDATE, &[&kind, &key, &end, &value, &now, &version]).await?,
        };
        written.first().map(|row| rows::count(row, 0)).transpose()
    }
}

#[async_trait]
impl Projections for PostgresProjections {
    async fn read(
        &self,
        key: RowKey<'_>,
        now: Timestamp,
    ) -> Result<Option<projections::Row>, StoreError> {
        let found = self.find(key).await.map_err(|error| error.at("read"))?;
        Ok(found.filter(|row| row.is_live(now)))
    }

    async fn range(
        &self,
        range: &RowRange,
        limit: usize,
        now: Timestamp,
    ) -> Result<RowPage, StoreError> {
        let stored = self.page(range, limit).await.map_err(|error| error.at("range"))?;
        Ok(RowPage::of(stored, limit, now))
    }

    async fn write(
        &self,
        row: &NewRow<'_>,
        expected: u64,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        self.put(row, expected, now).await.map_err(|error| error.at("write"))
    }

    async fn delete(&self, key: RowKey<'_>, expected: u64) -> Result<bool, StoreError> {
        let version = i64::try_from(expected).unwrap_or(i64::MAX);
        let deleted = self.0.reads.run(DELETE, &[&key.kind(), &key.key(), &version]).await;
        Ok(!deleted.map_err(|error| error.at("delete"))?.is_empty())
    }

    async fn delete_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let parameters = (now.as_seconds(), rows::limit(limit));
        let deleted = self.0.reads.run(DELETE_EXPIRED, &[&parameters.0, &parameters.1]).await;
        Ok(deleted.map_err(|error| error.at("delete expired"))?.len())
    }
}
