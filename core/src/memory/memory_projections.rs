use crate::model::timestamp::Timestamp;
use crate::ports::StoreError;
use crate::ports::projections::{NewRow, Projections, Row, RowKey, RowPage, RowRange, is_live};
use async_trait::async_trait;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::{self, Debug};
use std::ops::Bound;
use std::sync::Mutex;

/// Projections in memory, with all guarantees of [`Projections`] except durability.
#[derive(Default)]
pub struct MemoryProjections(Mutex<State>);

#[derive(Default)]
struct State {
    rows: HashMap<&'static str, BTreeMap<String, Row>>,
    /// The rows that expire, earliest first.
    expiries: BTreeSet<(Timestamp, &'static str, String)>,
    /// Shared by all rows, so that versions grow across deletions without storing anything.
    last_version: u64,
}

impl MemoryProjections {
    /// Creates empty projections.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl State {
    fn find(&self, key: RowKey<'_>) -> Option<&Row> {
        self.rows.get(key.kind())?.get(key.key())
    }

    fn remove(&mut self, kind: &'static str, key: &str) {
        let removed = self.rows.get_mut(kind).and_then(|rows| rows.remove(key));
        if let Some(Row { key, expires_at: Some(end), .. }) = removed {
            self.expiries.remove(&(end, kind, key));
        }
    }
}

impl Debug for MemoryProjections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: usize = super::lock(&self.0).rows.values().map(BTreeMap::len).sum();
        f.debug_struct("MemoryProjections").field("rows", &rows).finish_non_exhaustive()
    }
}

#[async_trait]
impl Projections for MemoryProjections {
    async fn read(&self, key: RowKey<'_>, now: Timestamp) -> Result<Option<Row>, StoreError> {
        Ok(super::lock(&self.0).find(key).filter(|row| row.is_live(now)).cloned())
    }

    async fn range(
        &self,
        range: &RowRange,
        limit: usize,
        now: Timestamp,
    ) -> Result<RowPage, StoreError> {
        let state = super::lock(&self.0);
        let Some(rows) = state.rows.get(range.kind()) else { return Ok(RowPage::default()) };
        let upper = range.upper();
        // A map panics if the bounds of a range are in the wrong order.
        if upper.is_some_and(|upper| upper <= range.lower()) {
            return Ok(RowPage::default());
        }
        let bounds =
            (Bound::Excluded(range.lower()), upper.map_or(Bound::Unbounded, Bound::Excluded));
        let stored = rows.range::<str, _>(bounds).take(limit).map(|(_, row)| row.clone());
        Ok(RowPage::of(stored.collect(), limit, now))
    }

    async fn write(
        &self,
        row: &NewRow<'_>,
        expected: u64,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        let state = &mut *super::lock(&self.0);
        let (kind, key) = (row.key().kind(), row.key().key());
        let stored = state.find(row.key()).filter(|row| row.is_live(now));
        if stored.map_or(0, |stored| stored.version) != expected {
            return Ok(None);
        }
        state.remove(kind, key);
        state.last_version += 1;
        let version = state.last_version;
        let (key, expires_at) = (key.to_owned(), row.expires_at());
        if let Some(end) = expires_at {
            state.expiries.insert((end, kind, key.clone()));
        }
        let stored = Row { key: key.clone(), value: row.value().clone(), version, expires_at };
        state.rows.entry(kind).or_default().insert(key, stored);
        Ok(Some(version))
    }

    async fn delete(&self, key: RowKey<'_>, expected: u64) -> Result<bool, StoreError> {
        let state = &mut *super::lock(&self.0);
        let is_current = state.find(key).is_some_and(|row| row.version == expected);
        if is_current {
            state.remove(key.kind(), key.key());
        }
        Ok(is_current)
    }

    async fn delete_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let state = &mut *super::lock(&self.0);
        let mut deleted = 0;
        while deleted < limit
            && state.expiries.first().is_some_and(|(end, _, _)| !is_live(Some(*end), now))
            && let Some((_, kind, key)) = state.expiries.pop_first()
        {
            state.remove(kind, &key);
            deleted += 1;
        }
        Ok(deleted)
    }
}
