use crate::ports::StoreError;
use async_trait::async_trait;
use bytes::Bytes;
use std::fmt::Debug;

/// Keeps small versioned records: participants where no host has them, keys, accounts, sessions,
/// API keys, message texts.
///
/// A record is named by its `kind`, a word of this program, and its `key`, a text of 1 to 255
/// bytes. Its value is at most 1 MiB.
///
/// # Example
/// Of two that change a record, one is told that it must read again:
/// ```
/// # use desktop_delivery::{Registry, StoreError};
/// # use desktop_delivery::memory::MemoryRegistry;
/// # fn main() -> Result<(), StoreError> {
/// # futures_executor::block_on(async {
/// let registry = MemoryRegistry::new();
/// let made = registry.write("text", "greeting", Some("Dear reader".into()), 0).await?;
/// let version = made.expect("there was none");
/// assert!(registry.write("text", "greeting", Some("Hello".into()), version).await?.is_some());
/// assert_eq!(registry.write("text", "greeting", None, version).await?, None);
/// let stays = registry.read("text", "greeting").await?;
/// assert_eq!(stays.map(|record| record.value), Some("Hello".into()));
/// # Ok(())
/// # })
/// # }
/// ```
///
/// # Contract
/// The names in parentheses are checks of the package `desktop-delivery-conformance`.
#[async_trait]
pub trait Registry: Debug + Send + Sync {
    /// Reads a record; `None` where there is none (`an_unknown_record_is_none`,
    /// `a_record_reads_as_it_was_put`). Kinds and keys are compared byte by byte
    /// (`keys_are_compared_byte_by_byte`).
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails.
    async fn read(&self, kind: &str, key: &str) -> Result<Option<RegistryEntry>, StoreError>;

    /// Writes a record if its version is still `expected`, and tells the new version; `None`, and
    /// nothing changed, where it is another (`a_stale_put_changes_nothing`,
    /// `of_parallel_puts_of_a_record_one_wins`).
    ///
    /// `expected` is 0 where there must be no record. Versions of a record grow, also over its
    /// removal (`versions_grow_over_a_removal`). `value` is `None` to remove the record
    /// (`a_removed_record_is_gone`). The write is durable before it is answered
    /// (`a_written_record_is_durable`).
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails; the outcome is then unknown.
    async fn write(
        &self,
        kind: &str,
        key: &str,
        value: Option<Bytes>,
        expected: u64,
    ) -> Result<Option<u64>, StoreError>;

    /// Lists at most `limit` records of a kind whose keys are greater than `after`, in the byte
    /// order of their keys (`records_are_listed_in_order_and_paged`).
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails.
    async fn list(
        &self,
        kind: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, RegistryEntry)>, StoreError>;

    /// Names the kinds that have records, in byte order (`kinds_are_those_that_have_records`). For
    /// whoever copies everything: it may cost what is stored.
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails.
    async fn kinds(&self) -> Result<Vec<String>, StoreError>;
}

/// Holds a record's value and version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "every registry makes it")]
pub struct RegistryEntry {
    /// The value.
    pub value: Bytes,
    /// The version, from 1.
    pub version: u64,
}
