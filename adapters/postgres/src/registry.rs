use crate::error::Error;
use crate::rows;
use crate::session::Parameter;
use crate::shared::Shared;
use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::registry::RegistryEntry;
use desktop_delivery::{Registry, StoreError};
use std::sync::Arc;
use tokio_postgres::Row;

/// A registry in a PostgreSQL database that several nodes share.
///
/// Created by [`PostgresStore::registry`](crate::PostgresStore::registry).
#[derive(Clone, Debug)]
pub struct PostgresRegistry(Arc<Shared>);

impl PostgresRegistry {
    pub(crate) const fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }
}

const READ: &str = "SELECT version, value FROM registry WHERE kind = $1 AND key = $2";
const LIST: &str = "SELECT version, value, key FROM registry WHERE kind = $1 AND key > $2
    ORDER BY key LIMIT $3";
/// Jumps from one kind to the next in the index, regardless of the number of entries of each kind.
const KINDS: &str = "WITH RECURSIVE kinds AS (
        (SELECT kind FROM registry ORDER BY kind LIMIT 1)
        UNION ALL
        SELECT (SELECT kind FROM registry WHERE kind > kinds.kind ORDER BY kind LIMIT 1)
        FROM kinds WHERE kinds.kind IS NOT NULL
    )
    SELECT kind FROM kinds WHERE kind IS NOT NULL";
const INSERT: &str = "INSERT INTO registry (kind, key, version, value)
    VALUES ($1, $2, nextval('registry_versions'), $3)
    ON CONFLICT (kind, key) DO NOTHING RETURNING version";
const UPDATE: &str = "UPDATE registry SET version = nextval('registry_versions'), value = $3
    WHERE kind = $1 AND key = $2 AND version = $4 RETURNING version";
const DELETE: &str = "DELETE FROM registry WHERE kind = $1 AND key = $2 AND version = $3
    RETURNING nextval('registry_versions')";

fn record(row: &Row) -> Result<RegistryEntry, Error> {
    let value = Bytes::copy_from_slice(rows::field(row, 1)?);
    Ok(RegistryEntry { value, version: rows::count(row, 0)? })
}

impl PostgresRegistry {
    async fn put(
        &self,
        kind: &str,
        key: &str,
        value: Option<&[u8]>,
        expected: u64,
    ) -> Result<Option<u64>, Error> {
        // No version is this large, so a value that does not fit is as stale as any other.
        let version = i64::try_from(expected).unwrap_or(i64::MAX);
        let (sql, parameters): (_, Vec<Parameter<'_>>) = match &value {
            Some(value) if expected == 0 => (INSERT, vec![&kind, &key, value]),
            Some(value) => (UPDATE, vec![&kind, &key, value, &version]),
            None if expected == 0 => return self.remove_none(kind, key).await,
            None => (DELETE, vec![&kind, &key, &version]),
        };
        let written = self.0.reads.run(sql, &parameters).await?;
        written.first().map(|row| rows::count(row, 0)).transpose()
    }

    /// Removes an entry that is expected not to exist.
    async fn remove_none(&self, kind: &str, key: &str) -> Result<Option<u64>, Error> {
        const NEXT: &str = "SELECT nextval('registry_versions')
            WHERE NOT EXISTS (SELECT FROM registry WHERE kind = $1 AND key = $2)";
        let next = self.0.reads.run(NEXT, &[&kind, &key]).await?;
        next.first().map(|row| rows::count(row, 0)).transpose()
    }
}

#[async_trait]
impl Registry for PostgresRegistry {
    async fn read(&self, kind: &str, key: &str) -> Result<Option<RegistryEntry>, StoreError> {
        let read = async {
            let found = self.0.reads.read(READ, &[&kind, &key]).await?;
            found.first().map(record).transpose()
        };
        read.await.map_err(|error: Error| error.at("read"))
    }

    async fn write(
        &self,
        kind: &str,
        key: &str,
        value: Option<Bytes>,
        expected: u64,
    ) -> Result<Option<u64>, StoreError> {
        let write = self.put(kind, key, value.as_deref(), expected);
        write.await.map_err(|error| error.at("write"))
    }

    async fn list(
        &self,
        kind: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, RegistryEntry)>, StoreError> {
        let list = async {
            let found = self.0.reads.read(LIST, &[&kind, &after, &rows::limit(limit)]).await?;
            let page = found.iter().map(|row| Ok((rows::field(row, 2)?, record(row)?)));
            page.collect::<Result<_, Error>>()
        };
        list.await.map_err(|error| error.at("list"))
    }

    async fn kinds(&self) -> Result<Vec<String>, StoreError> {
        let kinds = async {
            let found = self.0.reads.read(KINDS, &[]).await?;
            found.iter().map(|row| rows::field(row, 0)).collect::<Result<_, Error>>()
        };
        kinds.await.map_err(|error| error.at("kinds"))
    }
}
