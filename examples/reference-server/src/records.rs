use crate::directory::{decode, encode};
use desktop_delivery::{Registry, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::sync::Arc;

/// Records read at once where all of a kind are wanted.
const PAGE: usize = 100;

/// The records of one kind in a registry, as values of a type.
#[derive(Debug)]
pub(crate) struct Records<T> {
    registry: Arc<dyn Registry>,
    kind: &'static str,
    values: PhantomData<fn() -> T>,
}

impl<T> Clone for Records<T> {
    fn clone(&self) -> Self {
        Self { registry: Arc::clone(&self.registry), kind: self.kind, values: PhantomData }
    }
}

impl<T: Serialize + DeserializeOwned> Records<T> {
    pub(crate) fn new(registry: Arc<dyn Registry>, kind: &'static str) -> Self {
        Self { registry, kind, values: PhantomData }
    }

    /// Reads a value with its version; `None` where there is none.
    pub(crate) async fn read(&self, key: &str) -> Result<Option<(T, u64)>, StoreError> {
        let Some(record) = self.registry.read(self.kind, key).await? else { return Ok(None) };
        Ok(Some((decode(&record.value)?, record.version)))
    }

    /// Writes a value if the stored version is still `expected` (0: there is none); answers whether
    /// it was.
    pub(crate) async fn write(
        &self,
        key: &str,
        value: &T,
        expected: u64,
    ) -> Result<bool, StoreError> {
        let value = encode(value)?;
        Ok(self.registry.write(self.kind, key, Some(value), expected).await?.is_some())
    }

    /// Writes what `change` makes of the stored value, as often as somebody else was quicker; where it
    /// makes nothing, nothing changes. Answers what is stored then.
    pub(crate) async fn update(
        &self,
        key: &str,
        change: impl Fn(Option<T>) -> Option<T> + Send,
    ) -> Result<Option<T>, StoreError> {
        loop {
            let (value, version) = match self.read(key).await? {
                Some((value, version)) => (Some(value), version),
                None => (None, 0),
            };
            let Some(changed) = change(value) else { return Ok(None) };
            if self.write(key, &changed, version).await? {
                return Ok(Some(changed));
            }
        }
    }

    /// Removes a value; answers whether there was one.
    pub(crate) async fn remove(&self, key: &str) -> Result<bool, StoreError> {
        while let Some(record) = self.registry.read(self.kind, key).await? {
            if self.registry.write(self.kind, key, None, record.version).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// All values by their keys, in the byte order of the keys.
    pub(crate) async fn all(&self) -> Result<Vec<(String, T)>, StoreError> {
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.registry.list(self.kind, &after, PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(found) };
            after.clone_from(last);
            for (key, record) in page {
                found.push((key, decode(&record.value)?));
            }
        }
    }

    /// At most `limit` values whose keys begin with this, in the byte order of the keys.
    pub(crate) async fn beginning(
        &self,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<(String, T)>, StoreError> {
        let page = self.registry.list(self.kind, prefix, limit).await?;
        page.into_iter()
            .take_while(|(key, _)| key.starts_with(prefix))
            .map(|(key, record)| Ok((key, decode(&record.value)?)))
            .collect()
    }

    /// Removes, in the order of their keys, the values whose keys are less than `end`; answers how
    /// many. Costs what goes, not what stays.
    pub(crate) async fn remove_before(&self, end: &str) -> Result<usize, StoreError> {
        let mut removed = 0;
        loop {
            let page = self.registry.list(self.kind, "", PAGE).await?;
            let gone: Vec<String> =
                page.into_iter().map(|(key, _)| key).take_while(|key| key.as_str() < end).collect();
            if gone.is_empty() {
                return Ok(removed);
            }
            for key in gone {
                self.remove(&key).await?;
                removed += 1;
            }
        }
    }
}
