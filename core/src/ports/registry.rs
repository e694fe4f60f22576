use crate::ports::StoreError;
use async_trait::async_trait;
use bytes::Bytes;
use std::fmt::Debug;

/// Stores small versioned entries: participants if the host has none, keys, accounts, sessions, API
/// keys, texts of notices.
///
/// An entry is identified by its `kind`, a word defined by the program, and its `key`, a text of 1
/// to 255 bytes. Its value has at most 1 MiB.
///
/// # Example
/// If two callers change an entry at once, one of them must read it again:
/// ```
/// # use desktop_delivery::{Registry, StoreError};
/// # use desktop_delivery::memory::MemoryRegistry;
/// # fn main() -> Result<(), StoreError> {
/// # futures_executor::block_on(async {
/// let registry = MemoryRegistry::new();
/// let created = registry.write("text", "greeting", Some("Dear reader".into()), 0).await?;
/// let version = created.expect("the key was free");
/// assert!(registry.write("text", "greeting", Some("Hello".into()), version).await?.is_some());
/// assert_eq!(registry.write("text", "greeting", None, version).await?, None);
/// let stored = registry.read("text", "greeting").await?;
/// assert_eq!(stored.map(|entry| entry.value), Some("Hello".into()));
/// # Ok(())
/// # })
/// # }
/// ```
///
/// # Contract
/// The names in parentheses are checks of the package `desktop-delivery-conformance`.
#[async_trait]
pub trait Registry: Debug + Send + Sync {
    /// Returns an entry, or `None` if it does not exist (`an_unknown_entry_is_none`,
    /// `an_entry_reads_back`). Kinds and keys are compared byte by byte
    /// (`keys_are_compared_byte_by_byte`).
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn read(&self, kind: &str, key: &str) -> Result<Option<RegistryEntry>, StoreError>;

    /// Writes an entry if its stored version is `expected`, and returns the new version. Otherwise
    /// returns `None` without changing anything (`a_stale_write_changes_nothing`,
    /// `one_of_parallel_writes_of_an_entry_wins`).
    ///
    /// An `expected` version of 0 means that the entry must not exist. The versions of an entry
    /// increase, even across its removal (`versions_grow_across_removals`). A `value` of `None`
    /// removes the entry (`a_removed_entry_is_gone`). The write is durable when this returns
    /// (`a_written_entry_is_durable`).
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails; the outcome is then unknown.
    async fn write(
        &self,
        kind: &str,
        key: &str,
        value: Option<Bytes>,
        expected: u64,
    ) -> Result<Option<u64>, StoreError>;

    /// Returns at most `limit` entries of a kind whose keys are greater than `after`, in byte order
    /// of their keys (`entries_are_listed_in_order_and_paged`).
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn list(
        &self,
        kind: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, RegistryEntry)>, StoreError>;

    /// Returns the kinds that have entries, in byte order (`kinds_returns_kinds_with_entries`).
    /// Intended for copying a registry: the cost may depend on everything stored.
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn kinds(&self) -> Result<Vec<String>, StoreError>;
}

/// The value and version of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "every registry makes it")]
pub struct RegistryEntry {
    /// The value.
    pub value: Bytes,
    /// The version, at least 1.
    pub version: u64,
}
