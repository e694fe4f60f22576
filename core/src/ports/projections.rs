use crate::model::input::{InputFault, InputField, InvalidInput};
use crate::model::timestamp::Timestamp;
use crate::ports::StoreError;
use async_trait::async_trait;
use bytes::Bytes;
use std::fmt::{self, Debug};

/// The maximum length of a row's kind or key, in bytes.
pub const MAX_KEY_BYTES: usize = 255;

/// The maximum length of a row's value, in bytes: 64 KiB.
pub const MAX_ROW_BYTES: usize = 65_536;

const KIND: InputField = InputField::new("row-kind", "kind of a row");
const KEY: InputField = InputField::new("row-key", "key of a row");
const VALUE: InputField = InputField::new("row-value", "value of a row");

/// Stores ordered rows that are derived from the event feed or expire, outside the deliveries:
/// cursors, checkpoints, rollups, logs of messages, idempotency keys.
///
/// A row is identified by its `kind`, a word defined by the program, and its `key`. Its value is
/// opaque. A row may have an expiry; from that second on, it counts as absent.
///
/// # Projections or registry
/// A [`Registry`](crate::Registry) stores the configuration of an installation, such as
/// participants, accounts and keys: few entries, each up to 1 MiB, which do not expire and are
/// included in exports. Projections store data that can be derived again or expire: any number of
/// small rows, read by range and deleted after their expiry. A backup of the database contains
/// them; an export to another engine does not, so a program must be able to start without them. An
/// invariant that spans a row and a delivery belongs in the delivery.
///
/// # Example
/// A cursor moves forward only if no other worker has moved it:
/// ```
/// # use desktop_delivery::Timestamp;
/// # use desktop_delivery::memory::MemoryProjections;
/// # use desktop_delivery::projections::{NewRow, Projections, RowKey, RowRange};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # futures_executor::block_on(async {
/// # let (projections, now) = (MemoryProjections::new(), Timestamp::from_seconds(1_795_466_792));
/// let cursor = RowKey::new("cursor", "webhook-1")?;
/// let first = NewRow::new(cursor, "417")?;
/// let version = projections.write(&first, 0, now).await?.expect("there was no such row");
/// let next = NewRow::new(cursor, "418")?;
/// assert!(projections.write(&next, version, now).await?.is_some());
/// assert_eq!(projections.write(&next, version, now).await?, None);
/// let page = projections.range(&RowRange::all("cursor"), 100, now).await?;
/// assert_eq!((&page.rows[0].value[..], page.next), (&b"418"[..], None));
/// # Ok(())
/// # })
/// # }
/// ```
///
/// # Contract
/// The names in parentheses are checks of the package `desktop-delivery-conformance`.
#[async_trait]
pub trait Projections: Debug + Send + Sync {
    /// Returns a row, or `None` if it does not exist (`an_absent_row_is_none`,
    /// `a_row_reads_back_as_written`) or has expired by `now` (`an_expired_row_counts_as_absent`).
    /// Kinds and keys are compared byte by byte (`row_keys_are_compared_byte_by_byte`).
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn read(&self, key: RowKey<'_>, now: Timestamp) -> Result<Option<Row>, StoreError>;

    /// Reads the first `limit` stored rows of a range, in byte order of their keys, and returns
    /// those that have not expired by `now` (`rows_are_read_in_key_order_and_paged`,
    /// `a_range_contains_only_its_keys`).
    ///
    /// A page may contain fewer rows than `limit` although more follow, because expired rows count
    /// toward the limit (`expired_rows_do_not_end_a_range`): the cost depends on `limit`, not on
    /// the number of stored rows.
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn range(
        &self,
        range: &RowRange,
        limit: usize,
        now: Timestamp,
    ) -> Result<RowPage, StoreError>;

    /// Writes a row, with its expiry, if its stored version is `expected`, and returns the new
    /// version. Otherwise returns `None` without changing anything
    /// (`a_stale_write_changes_no_row`, `one_of_parallel_writes_of_a_row_wins`).
    ///
    /// An `expected` version of 0 means that the row must not exist. A row that has expired by
    /// `now` does not exist (`an_expired_row_can_be_replaced`). The versions of a row increase,
    /// even across its deletion (`row_versions_grow_across_deletions`). The write is durable when
    /// this returns (`a_written_row_is_durable`).
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails; the outcome is then unknown.
    async fn write(
        &self,
        row: &NewRow<'_>,
        expected: u64,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError>;

    /// Deletes a row if its stored version is `expected`, and returns whether it did
    /// (`a_deleted_row_is_gone`, `a_stale_deletion_deletes_nothing`).
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails; the outcome is then unknown.
    async fn delete(&self, key: RowKey<'_>, expected: u64) -> Result<bool, StoreError>;

    /// Deletes at most `limit` rows of any kind that have expired by `now`, and returns how many
    /// were deleted (`expired_rows_are_deleted_in_bounded_steps`). The cost does not depend on the
    /// rows that remain.
    ///
    /// # Errors
    /// [`StoreError`] if the backend fails.
    async fn delete_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError>;
}

/// The kind and key of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowKey<'a> {
    kind: &'static str,
    key: &'a str,
}

impl<'a> RowKey<'a> {
    /// Accepts a kind and a key of 1 to 255 bytes each, without control characters.
    ///
    /// # Errors
    /// [`InvalidInput`] with the fault of the kind or key.
    pub fn new(kind: &'static str, key: &'a str) -> Result<Self, InvalidInput> {
        for (field, text) in [(KIND, kind), (KEY, key)] {
            if text.is_empty() {
                return Err(InvalidInput::new(field, InputFault::EMPTY));
            }
            if text.len() > MAX_KEY_BYTES {
                let fault = InputFault::TOO_LONG.with_limit(MAX_KEY_BYTES);
                return Err(InvalidInput::new(field, fault));
            }
            if text.chars().any(char::is_control) {
                return Err(InvalidInput::new(field, InputFault::CONTROL_CHARACTER));
            }
        }
        Ok(Self { kind, key })
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// Returns the key.
    #[must_use]
    pub const fn key(&self) -> &'a str {
        self.key
    }
}

/// A row to write.
#[derive(Clone, PartialEq, Eq)]
pub struct NewRow<'a> {
    key: RowKey<'a>,
    value: Bytes,
    expires_at: Option<Timestamp>,
}

impl<'a> NewRow<'a> {
    /// Creates a row that does not expire. The value has at most 65,536 bytes.
    ///
    /// # Errors
    /// [`InvalidInput`] if the value is longer.
    pub fn new(key: RowKey<'a>, value: impl Into<Bytes>) -> Result<Self, InvalidInput> {
        let value = value.into();
        if value.len() > MAX_ROW_BYTES {
            let fault = InputFault::TOO_LONG.with_limit(MAX_ROW_BYTES);
            return Err(InvalidInput::new(VALUE, fault));
        }
        Ok(Self { key, value, expires_at: None })
    }

    /// Sets the first second in which the row counts as absent. Default: `None`, for a row that
    /// does not expire.
    #[must_use]
    pub fn with_expiry(mut self, expires_at: impl Into<Option<Timestamp>>) -> Self {
        self.expires_at = expires_at.into();
        self
    }

    /// Returns the kind and key.
    #[must_use]
    pub const fn key(&self) -> RowKey<'a> {
        self.key
    }

    /// Returns the value.
    #[must_use]
    pub const fn value(&self) -> &Bytes {
        &self.value
    }

    /// Returns the expiry.
    #[must_use]
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }
}

/// Shows the length of the value, because values may be personal data.
impl Debug for NewRow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewRow")
            .field("key", &self.key)
            .field("bytes", &self.value.len())
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// A stored row.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "every adapter makes it")]
pub struct Row {
    /// The key.
    pub key: String,
    /// The value.
    pub value: Bytes,
    /// The version, at least 1.
    pub version: u64,
    /// The first second in which the row counts as absent; `None` if it does not expire.
    pub expires_at: Option<Timestamp>,
}

impl Row {
    /// Returns whether the row has not expired by `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        is_live(self.expires_at, now)
    }
}

/// Shows the length of the value, because values may be personal data.
impl Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("key", &self.key)
            .field("bytes", &self.value.len())
            .field("version", &self.version)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// Returns whether a row with this expiry has not expired by `now`.
#[must_use]
pub fn is_live(expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    expires_at.is_none_or(|end| now < end)
}

/// The rows of a kind whose keys are in a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowRange {
    kind: &'static str,
    after: String,
    before: Option<String>,
}

impl RowRange {
    /// Returns the range of all rows of a kind.
    #[must_use]
    pub const fn all(kind: &'static str) -> Self {
        Self { kind, after: String::new(), before: None }
    }

    /// Returns the range of the keys that begin with `prefix` and are longer than it.
    #[must_use]
    pub fn starting_with(kind: &'static str, prefix: &str) -> Self {
        Self { kind, after: prefix.to_owned(), before: end_of(prefix) }
    }

    /// Continues after a key: only the greater keys of the range remain.
    #[must_use]
    pub fn after(mut self, key: &str) -> Self {
        if key > self.after.as_str() {
            key.clone_into(&mut self.after);
        }
        self
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// Returns the exclusive lower bound of the keys; empty for all.
    #[must_use]
    pub fn lower(&self) -> &str {
        &self.after
    }

    /// Returns the exclusive upper bound of the keys, if there is one.
    #[must_use]
    pub fn upper(&self) -> Option<&str> {
        self.before.as_deref()
    }
}

/// Returns the smallest text greater than every text that begins with `prefix`.
fn end_of(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        // Skips the surrogates, which are not characters.
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            last => u32::from(last).checked_add(1).and_then(char::from_u32),
        };
        if let Some(next) = next {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// A page of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowPage {
    /// The rows that have not expired, in byte order of their keys.
    pub rows: Vec<Row>,
    /// The key to continue [after](RowRange::after); `None` if the range has no more rows.
    pub next: Option<String>,
}

impl RowPage {
    /// Returns the page of the first `limit` stored rows of a range. For adapters.
    #[must_use]
    pub fn of(mut stored: Vec<Row>, limit: usize, now: Timestamp) -> Self {
        let next = stored.last().filter(|_| stored.len() >= limit).map(|last| last.key.clone());
        stored.retain(|row| row.is_live(now));
        Self { rows: stored, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_1_to_255_bytes_without_control_characters() {
        fn code(kind: &'static str, key: &str) -> Option<&'static str> {
            RowKey::new(kind, key).err().map(|error| error.fault().code())
        }
        assert_eq!(code("log", "a"), None);
        assert_eq!(code("log", &"k".repeat(255)), None);
        assert_eq!(code("log", &"k".repeat(256)), Some("too-long"));
        assert_eq!(code("log", ""), Some("empty"));
        assert_eq!(code("", "a"), Some("empty"));
        assert_eq!(code("log", "a\0b"), Some("control-character"));
    }

    #[test]
    fn values_have_at_most_65536_bytes() {
        let key = RowKey::new("log", "a").unwrap();
        assert!(NewRow::new(key, vec![0; MAX_ROW_BYTES]).is_ok());
        let error = NewRow::new(key, vec![0; MAX_ROW_BYTES + 1]).unwrap_err();
        assert_eq!(error.fault().limit(), Some(MAX_ROW_BYTES));
    }

    #[test]
    fn a_prefix_ends_before_the_next_text() {
        for (prefix, end) in [
            ("a/", Some("a0")),
            ("\u{e9}", Some("\u{ea}")),
            ("a\u{d7ff}", Some("a\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
            ("", None),
        ] {
            assert_eq!(end_of(prefix).as_deref(), end, "{prefix:?}");
        }
    }

    #[test]
    fn debug_output_omits_values() {
        let key = RowKey::new("log", "a").unwrap();
        let new = NewRow::new(key, "hush").unwrap();
        let stored = Row { key: "a".into(), value: "hush".into(), version: 1, expires_at: None };
        let page = RowPage::of(vec![stored], 9, Timestamp::from_seconds(1));
        assert!(!format!("{new:?} {page:?}").contains("hush"));
    }
}
