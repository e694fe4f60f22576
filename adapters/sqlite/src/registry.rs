use crate::shared::Shared;
use crate::{rows, sequence};
use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::registry::RegistryEntry;
use desktop_delivery::{Registry, StoreError};
use rusqlite::{Connection, OptionalExtension, params};
use std::sync::Arc;

/// A registry in an SQLite file.
///
/// Created by [`SqliteStore::registry`](crate::SqliteStore::registry). Single entries are read on
/// the caller's thread, which takes microseconds while their pages are in memory.
#[derive(Clone, Debug)]
pub struct SqliteRegistry(Arc<Shared>);

impl SqliteRegistry {
    pub(crate) const fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }
}

#[async_trait]
impl Registry for SqliteRegistry {
    async fn read(&self, kind: &str, key: &str) -> Result<Option<RegistryEntry>, StoreError> {
        let read = self.0.readers.on_caller(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT version, value FROM ddlv_registry WHERE kind = ?1 AND key = ?2",
            )?;
            let mut found = statement.query([kind, key])?;
            found
                .next()?
                .map(|row| {
                    let value = Bytes::from(row.get::<_, Vec<u8>>(1)?);
                    Ok(RegistryEntry { value, version: rows::to_count(row.get(0)?)? })
                })
                .transpose()
        });
        read.map_err(|error| error.at("read"))
    }

    async fn write(
        &self,
        kind: &str,
        key: &str,
        value: Option<Bytes>,
        expected: u64,
    ) -> Result<Option<u64>, StoreError> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        let write = self.0.writer.run(move |connection| {
            let version: Option<i64> = connection
                .prepare_cached("SELECT version FROM ddlv_registry WHERE kind = ?1 AND key = ?2")?
                .query_row([&kind, &key], |row| row.get(0))
                .optional()?;
            if version.map_or(Ok(0), rows::to_count)? != expected {
                return Ok(None);
            }
            let version = sequence::next(connection, "registry version")?;
            put(connection, &kind, &key, value.as_deref(), version)?;
            rows::to_count(version).map(Some)
        });
        write.await.map_err(|error| error.at("write"))
    }

    async fn list(
        &self,
        kind: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, RegistryEntry)>, StoreError> {
        let (kind, after) = (kind.to_owned(), after.to_owned());
        let list = self.0.readers.on_thread(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key, version, value FROM ddlv_registry WHERE kind = ?1 AND key > ?2
                 ORDER BY key LIMIT ?3",
            )?;
            let mut found = statement.query(params![kind, after, rows::limit(limit)])?;
            let mut page = Vec::new();
            while let Some(row) = found.next()? {
                let value = Bytes::from(row.get::<_, Vec<u8>>(2)?);
                page.push((
                    row.get(0)?,
                    RegistryEntry { value, version: rows::to_count(row.get(1)?)? },
                ));
            }
            Ok(page)
        });
        list.await.map_err(|error| error.at("list"))
    }

    async fn kinds(&self) -> Result<Vec<String>, StoreError> {
        let kinds = self.0.readers.on_thread(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT DISTINCT kind FROM ddlv_registry ORDER BY kind")?;
            let kinds = statement.query_map([], |row| row.get(0))?;
            Ok(kinds.collect::<Result<_, _>>()?)
        });
        kinds.await.map_err(|error| error.at("kinds"))
    }
}

fn put(
    connection: &Connection,
    kind: &str,
    key: &str,
    value: Option<&[u8]>,
    version: i64,
) -> Result<(), rusqlite::Error> {
    match value {
        Some(value) => connection
            .prepare_cached(
                "INSERT INTO ddlv_registry (kind, key, version, value) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (kind, key) DO UPDATE
                 SET version = excluded.version, value = excluded.value",
            )?
            .execute(params![kind, key, version, value])?,
        None => connection
            .prepare_cached("DELETE FROM ddlv_registry WHERE kind = ?1 AND key = ?2")?
            .execute([kind, key])?,
    };
    Ok(())
}
