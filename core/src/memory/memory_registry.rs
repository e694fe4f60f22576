use crate::ports::StoreError;
use crate::ports::registry::{Registry, RegistryEntry};
use async_trait::async_trait;
use bytes::Bytes;
use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Debug};
use std::ops::Bound;
use std::sync::Mutex;

/// A registry in memory, with all guarantees of [`Registry`] except durability.
#[derive(Default)]
pub struct MemoryRegistry(Mutex<State>);

#[derive(Default)]
struct State {
    records: HashMap<String, BTreeMap<String, RegistryEntry>>,
    /// Shared by all entries, so that versions grow across removals without storing anything.
    last_version: u64,
}

impl MemoryRegistry {
    /// Creates an empty registry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Debug for MemoryRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let records: usize = super::lock(&self.0).records.values().map(BTreeMap::len).sum();
        f.debug_struct("MemoryRegistry").field("records", &records).finish_non_exhaustive()
    }
}

#[async_trait]
impl Registry for MemoryRegistry {
    async fn read(&self, kind: &str, key: &str) -> Result<Option<RegistryEntry>, StoreError> {
        let state = super::lock(&self.0);
        Ok(state.records.get(kind).and_then(|records| records.get(key)).cloned())
    }

    async fn write(
        &self,
        kind: &str,
        key: &str,
        value: Option<Bytes>,
        expected: u64,
    ) -> Result<Option<u64>, StoreError> {
        let State { records, last_version } = &mut *super::lock(&self.0);
        let records = records.entry(kind.to_owned()).or_default();
        if records.get(key).map_or(0, |record| record.version) != expected {
            return Ok(None);
        }
        *last_version += 1;
        let version = *last_version;
        match value {
            Some(value) => records.insert(key.to_owned(), RegistryEntry { value, version }),
            None => records.remove(key),
        };
        Ok(Some(version))
    }

    async fn list(
        &self,
        kind: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, RegistryEntry)>, StoreError> {
        let state = super::lock(&self.0);
        let Some(records) = state.records.get(kind) else { return Ok(Vec::new()) };
        let behind = records.range::<str, _>((Bound::Excluded(after), Bound::Unbounded));
        Ok(behind.take(limit).map(|(key, record)| (key.clone(), record.clone())).collect())
    }

    async fn kinds(&self) -> Result<Vec<String>, StoreError> {
        let state = super::lock(&self.0);
        let held = state.records.iter().filter(|(_, records)| !records.is_empty());
        let mut kinds: Vec<String> = held.map(|(kind, _)| kind.clone()).collect();
        kinds.sort_unstable();
        Ok(kinds)
    }
}
