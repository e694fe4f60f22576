use super::error::KeysError;
use super::keys::Keys;
use super::stored;
use bytes::Bytes;
use desktop_delivery::{Entropy, Registry};
use std::sync::Arc;

/// The kind of the registry entry with the signing keys.
pub const KIND: &str = "signing-keys";
const KEY: &str = "ring";

/// Signing keys in the registry of a database that several servers share. A reader of the database
/// can open every link.
#[derive(Clone, Debug)]
pub struct KeyRecord {
    registry: Arc<dyn Registry>,
}

impl KeyRecord {
    /// Returns the keys in this registry.
    #[must_use]
    pub const fn new(registry: Arc<dyn Registry>) -> Self {
        Self { registry }
    }

    /// Loads the keys, or generates them if the installation is `new` and there are none.
    pub(super) async fn load_or_generate(
        &self,
        new: bool,
        entropy: &dyn Entropy,
    ) -> Result<Keys, KeysError> {
        if new && self.read().await?.is_none() {
            // Another server may have stored its keys first; all servers then use those.
            self.write(&Keys::generate(entropy)?, 0).await?;
        }
        self.load().await
    }

    pub(super) async fn load(&self) -> Result<Keys, KeysError> {
        self.read().await?.map(|(keys, _)| keys).ok_or(KeysError::EntryMissing)
    }

    /// Replaces the keys with the result of `next`, calling it again after each concurrent change.
    pub(super) async fn change<E: From<KeysError>>(
        &self,
        next: impl Fn(Option<&Keys>) -> Result<Keys, E> + Send + Sync,
    ) -> Result<Keys, E> {
        loop {
            let (kept, version) = self.read().await?.unzip();
            let keys = next(kept.as_ref())?;
            if self.write(&keys, version.unwrap_or(0)).await? {
                return Ok(keys);
            }
        }
    }

    async fn read(&self) -> Result<Option<(Keys, u64)>, KeysError> {
        let Some(record) = self.registry.read(KIND, KEY).await? else { return Ok(None) };
        let keys = stored::read(&record.value).ok_or(KeysError::EntryDamaged)?;
        Ok(Some((keys, record.version)))
    }

    async fn write(&self, keys: &Keys, expected: u64) -> Result<bool, KeysError> {
        let value = Bytes::copy_from_slice(&stored::write(keys));
        Ok(self.registry.write(KIND, KEY, Some(value), expected).await?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Timestamp;
    use desktop_delivery::memory::MemoryRegistry;
    use desktop_delivery::token::{CountingEntropy, SecretKey};

    #[tokio::test]
    async fn servers_that_start_at_once_share_one_key_ring() {
        let registry: Arc<dyn Registry> = Arc::new(MemoryRegistry::new());
        let entropy = CountingEntropy::default();
        let (one, other) = (KeyRecord::new(registry.clone()), KeyRecord::new(registry));
        assert!(one.load_or_generate(false, &entropy).await.is_err());
        let made = one.load_or_generate(true, &entropy).await.unwrap();
        let found = other.load_or_generate(true, &entropy).await.unwrap();
        let secret = |keys: &Keys| *keys.ring().current().secret().expose();
        assert_eq!(secret(&made), secret(&found));

        let at = Timestamp::from_seconds(1_795_466_792);
        let rotate = |kept: Option<&Keys>| {
            Ok::<_, KeysError>(kept.expect("they are there").rotated(
                SecretKey::from_bytes([9; 32]),
                at,
                at,
            ))
        };
        other.change(rotate).await.unwrap();
        assert_eq!(secret(&one.load().await.unwrap()), [9; 32]);
    }
}
