use crate::json::{decode, encode};
use desktop_delivery::{Registry, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::sync::Arc;

/// The page size of listings.
const PAGE: usize = 100;

/// The entries of one kind in a [`Registry`], as values of type `T` in JSON.
#[derive(Debug)]
pub struct Records<T> {
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
    /// Returns the entries of this kind.
    pub fn new(registry: Arc<dyn Registry>, kind: &'static str) -> Self {
        Self { registry, kind, values: PhantomData }
    }

    /// Reads a value and its version, or `None` if it does not exist.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails or the value cannot be decoded.
    pub async fn read(&self, key: &str) -> Result<Option<(T, u64)>, StoreError> {
        let Some(record) = self.registry.read(self.kind, key).await? else { return Ok(None) };
        Ok(Some((decode(&record.value)?, record.version)))
    }

    /// Writes a value if the stored version is `expected`, where 0 means that there is no value.
    /// Returns whether it was written.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn write(&self, key: &str, value: &T, expected: u64) -> Result<bool, StoreError> {
        let value = encode(value)?;
        Ok(self.registry.write(self.kind, key, Some(value), expected).await?.is_some())
    }

    /// Replaces the stored value with the result of `change`, calling it again after each
    /// concurrent write. If `change` returns `None`, nothing is written. Returns the new value.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails or the stored value cannot be decoded.
    pub async fn update(
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

    /// Removes a value. Returns whether it existed.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn remove(&self, key: &str) -> Result<bool, StoreError> {
        while let Some(record) = self.registry.read(self.kind, key).await? {
            if self.registry.write(self.kind, key, None, record.version).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns all values with their keys, in byte order of the keys.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails or a value cannot be decoded.
    pub async fn all(&self) -> Result<Vec<(String, T)>, StoreError> {
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

    /// Returns at most `limit` values whose keys begin with `prefix`, in byte order of the keys.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails or a value cannot be decoded.
    pub async fn beginning(
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

    /// Removes the values whose keys are less than `end`, in key order, and returns how many were
    /// removed. The cost does not depend on the values that remain.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn remove_before(&self, end: &str) -> Result<usize, StoreError> {
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
