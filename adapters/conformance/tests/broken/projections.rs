use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::memory::MemoryProjections;
use desktop_delivery::projections::{NewRow, Row, RowKey, RowPage, RowRange};
use desktop_delivery::{Projections, StoreError, Timestamp};
use desktop_delivery_conformance::{Fixture, Suite};
use futures_executor::block_on;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    DeletesEverythingExpired,
    DeletesWithoutChecking,
    EndsAtExpiredRows,
    FindsAnything,
    FoldsCase,
    ForgetsOnReopen,
    IgnoresExpiry,
    IgnoresTheUpperBound,
    KeepsDeletedRows,
    KeepsExpiredRows,
    LosesUpdates,
    LosesZeroBytes,
    ReadsBackwards,
    RestartsVersions,
}

pub(crate) const FLAWS: &[(Flaw, &[&str])] = &[
    (Flaw::DeletesEverythingExpired, &["expired_rows_are_deleted_in_bounded_steps"]),
    (Flaw::DeletesWithoutChecking, &["a_stale_deletion_deletes_nothing"]),
    (Flaw::EndsAtExpiredRows, &["expired_rows_do_not_end_a_range"]),
    (Flaw::FindsAnything, &["an_absent_row_is_none"]),
    (Flaw::FoldsCase, &["row_keys_are_compared_byte_by_byte"]),
    (Flaw::ForgetsOnReopen, &["a_written_row_is_durable"]),
    (Flaw::IgnoresExpiry, &["an_expired_row_counts_as_absent"]),
    (Flaw::IgnoresTheUpperBound, &["a_range_contains_only_its_keys"]),
    (Flaw::KeepsDeletedRows, &["a_deleted_row_is_gone"]),
    (Flaw::KeepsExpiredRows, &["an_expired_row_can_be_replaced"]),
    (Flaw::LosesUpdates, &["a_stale_write_changes_no_row", "one_of_parallel_writes_of_a_row_wins"]),
    (Flaw::LosesZeroBytes, &["a_row_reads_back_as_written"]),
    (Flaw::ReadsBackwards, &["rows_are_read_in_key_order_and_paged"]),
    (Flaw::RestartsVersions, &["row_versions_grow_across_deletions"]),
];

pub(crate) fn suite(flaw: Option<Flaw>) -> Suite {
    let fresh = move || {
        let projections = Arc::new(Broken { sound: MemoryProjections::new(), flaw });
        let same = Arc::clone(&projections) as Arc<dyn Projections>;
        let fixture = Fixture::new(projections as Arc<dyn Projections>);
        match flaw {
            Some(Flaw::ForgetsOnReopen) => {
                fixture.with_reopen(|| Arc::new(MemoryProjections::new()) as Arc<_>)
            }
            _ => fixture.with_reopen(move || Arc::clone(&same)),
        }
    };
    Suite::projections(fresh, block_on)
}

/// Projections with one flaw.
#[derive(Debug)]
struct Broken {
    sound: MemoryProjections,
    flaw: Option<Flaw>,
}

/// Before the expiry of every row.
const LONG_AGO: Timestamp = Timestamp::from_seconds(0);

impl Broken {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    fn name(&self, key: RowKey<'_>) -> String {
        let key = key.key();
        if self.has(Flaw::FoldsCase) { key.to_lowercase() } else { key.to_owned() }
    }

    async fn stored(&self, key: RowKey<'_>) -> Result<Option<Row>, StoreError> {
        self.sound.read(key, LONG_AGO).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Projections for Broken {
    async fn read(&self, key: RowKey<'_>, now: Timestamp) -> Result<Option<Row>, StoreError> {
        let name = self.name(key);
        let now = if self.has(Flaw::IgnoresExpiry) { LONG_AGO } else { now };
        let key = RowKey::new(key.kind(), &name).expect("a valid key");
        let found = self.sound.read(key, now).await?;
        if found.is_none() && self.has(Flaw::FindsAnything) {
            return Ok(Some(Row { key: name, value: Bytes::new(), version: 1, expires_at: None }));
        }
        Ok(found)
    }

    async fn range(
        &self,
        range: &RowRange,
        limit: usize,
        now: Timestamp,
    ) -> Result<RowPage, StoreError> {
        let all = RowRange::all(range.kind()).after(range.lower());
        let range = if self.has(Flaw::IgnoresTheUpperBound) { &all } else { range };
        let mut page = self.sound.range(range, limit, now).await?;
        match self.flaw {
            Some(Flaw::EndsAtExpiredRows) if page.rows.is_empty() => page.next = None,
            Some(Flaw::ReadsBackwards) if range.lower().is_empty() => page.rows.reverse(),
            _ => {}
        }
        Ok(page)
    }

    async fn write(
        &self,
        row: &NewRow<'_>,
        expected: u64,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        let name = self.name(row.key());
        let key = RowKey::new(row.key().kind(), &name).expect("a valid key");
        let value = if self.has(Flaw::LosesZeroBytes) {
            row.value().iter().copied().filter(|byte| *byte != 0).collect()
        } else {
            row.value().clone()
        };
        let row = NewRow::new(key, value).expect("a short value").with_expiry(row.expires_at());
        let now = if self.has(Flaw::KeepsExpiredRows) { LONG_AGO } else { now };
        let current = self.sound.read(key, now).await?.map_or(0, |stored| stored.version);
        let expected = match self.flaw {
            Some(Flaw::LosesUpdates) => current,
            Some(Flaw::RestartsVersions) if expected == 1 => current,
            _ => expected,
        };
        let written = self.sound.write(&row, expected, now).await?;
        Ok(written.map(|version| if self.has(Flaw::RestartsVersions) { 1 } else { version }))
    }

    async fn delete(&self, key: RowKey<'_>, expected: u64) -> Result<bool, StoreError> {
        let current = self.stored(key).await?.map_or(0, |stored| stored.version);
        match self.flaw {
            Some(Flaw::KeepsDeletedRows) => Ok(current == expected),
            Some(Flaw::DeletesWithoutChecking | Flaw::RestartsVersions) => {
                self.sound.delete(key, current).await
            }
            _ => self.sound.delete(key, expected).await,
        }
    }

    async fn delete_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let limit = if self.has(Flaw::DeletesEverythingExpired) { usize::MAX } else { limit };
        self.sound.delete_expired(now, limit).await
    }
}
