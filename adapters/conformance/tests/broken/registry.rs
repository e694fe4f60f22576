use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::memory::MemoryRegistry;
use desktop_delivery::registry::RegistryEntry;
use desktop_delivery::{Registry, StoreError};
use desktop_delivery_conformance::{Fixture, Suite};
use futures_executor::block_on;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    FindsAnything,
    FoldsCase,
    ForgetsOnReopen,
    KeepsRemovedEntries,
    ListsBackwards,
    ListsEmptyKinds,
    LosesUpdates,
    LosesZeroBytes,
    RestartsVersions,
}

pub(crate) const FLAWS: &[(Flaw, &[&str])] = &[
    (Flaw::FindsAnything, &["an_unknown_entry_is_none"]),
    (Flaw::FoldsCase, &["keys_are_compared_byte_by_byte"]),
    (Flaw::ForgetsOnReopen, &["a_written_entry_is_durable"]),
    (Flaw::KeepsRemovedEntries, &["a_removed_entry_is_gone"]),
    (Flaw::ListsBackwards, &["entries_are_listed_in_order_and_paged"]),
    (Flaw::ListsEmptyKinds, &["kinds_returns_kinds_with_entries"]),
    (
        Flaw::LosesUpdates,
        &["a_stale_write_changes_nothing", "one_of_parallel_writes_of_an_entry_wins"],
    ),
    (Flaw::LosesZeroBytes, &["an_entry_reads_back"]),
    (Flaw::RestartsVersions, &["versions_grow_across_removals"]),
];

pub(crate) fn suite(flaw: Option<Flaw>) -> Suite {
    let fresh = move || {
        let registry = Arc::new(Broken { sound: MemoryRegistry::new(), flaw });
        let same = Arc::clone(&registry) as Arc<dyn Registry>;
        let fixture = Fixture::new(registry as Arc<dyn Registry>);
        match flaw {
            Some(Flaw::ForgetsOnReopen) => {
                fixture.with_reopen(|| Arc::new(MemoryRegistry::new()) as Arc<_>)
            }
            _ => fixture.with_reopen(move || Arc::clone(&same)),
        }
    };
    Suite::registry(fresh, block_on)
}

/// A registry with one flaw.
#[derive(Debug)]
struct Broken {
    sound: MemoryRegistry,
    flaw: Option<Flaw>,
}

impl Broken {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    fn key(&self, key: &str) -> String {
        if self.has(Flaw::FoldsCase) { key.to_lowercase() } else { key.to_owned() }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Registry for Broken {
    async fn read(&self, kind: &str, key: &str) -> Result<Option<RegistryEntry>, StoreError> {
        let found = self.sound.read(kind, &self.key(key)).await?;
        if found.is_none() && self.has(Flaw::FindsAnything) {
            return Ok(Some(RegistryEntry { value: Bytes::new(), version: 1 }));
        }
        Ok(found.map(|mut record| {
            if self.has(Flaw::RestartsVersions) {
                record.version = 1;
            }
            record
        }))
    }

    async fn write(
        &self,
        kind: &str,
        key: &str,
        value: Option<Bytes>,
        expected: u64,
    ) -> Result<Option<u64>, StoreError> {
        let key = &self.key(key);
        if value.is_none() && self.has(Flaw::KeepsRemovedEntries) {
            return Ok(Some(expected + 1));
        }
        let now = self.sound.read(kind, key).await?.map_or(0, |record| record.version);
        let value = match value {
            Some(value) if self.has(Flaw::LosesZeroBytes) => {
                Some(value.iter().copied().filter(|byte| *byte != 0).collect())
            }
            value => value,
        };
        let expected = match self.flaw {
            Some(Flaw::LosesUpdates) => now,
            Some(Flaw::RestartsVersions) if expected == 1 => now,
            _ => expected,
        };
        let written = self.sound.write(kind, key, value, expected).await?;
        Ok(written.map(|version| if self.has(Flaw::RestartsVersions) { 1 } else { version }))
    }

    async fn list(
        &self,
        kind: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, RegistryEntry)>, StoreError> {
        let mut found = self.sound.list(kind, after, limit).await?;
        if self.has(Flaw::ListsBackwards) && after.is_empty() {
            found.reverse();
        }
        Ok(found)
    }

    async fn kinds(&self) -> Result<Vec<String>, StoreError> {
        let mut kinds = self.sound.kinds().await?;
        if self.has(Flaw::ListsEmptyKinds) && !kinds.contains(&"session".to_owned()) {
            kinds.push("session".to_owned());
        }
        Ok(kinds)
    }
}
