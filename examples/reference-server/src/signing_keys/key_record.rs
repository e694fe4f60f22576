use super::keys::Keys;
use super::stored;
use crate::problem::Problem;
use bytes::Bytes;
use desktop_delivery::{Entropy, Registry};
use std::sync::Arc;

pub(crate) const KIND: &str = "signing-keys";
const KEY: &str = "ring";
const REMEDY: &str = "restore the database from a backup, or import an export that has them: without \
                      them every link that was sent is dead";

/// The signing keys in the database that several servers share: whoever can read it can open links.
#[derive(Clone, Debug)]
pub(crate) struct KeyRecord {
    registry: Arc<dyn Registry>,
}

impl KeyRecord {
    pub(crate) const fn new(registry: Arc<dyn Registry>) -> Self {
        Self { registry }
    }

    pub(crate) async fn load_or_make(
        &self,
        new: bool,
        entropy: &dyn Entropy,
    ) -> Result<Keys, Problem> {
        if new && self.read().await?.is_none() {
            // Where another server is quicker, its keys are everybody's.
            self.write(&Keys::make(entropy)?, 0).await?;
        }
        self.load().await
    }

    pub(crate) async fn load(&self) -> Result<Keys, Problem> {
        self.read().await?.map(|(keys, _)| keys).ok_or_else(|| self.missing())
    }

    /// Stores what `next` makes of the keys, or of none, as often as somebody else was quicker.
    pub(super) async fn change(
        &self,
        next: impl Fn(Option<&Keys>) -> Result<Keys, Problem> + Send + Sync,
    ) -> Result<Keys, Problem> {
        loop {
            let (kept, version) = self.read().await?.unzip();
            let keys = next(kept.as_ref())?;
            if self.write(&keys, version.unwrap_or(0)).await? {
                return Ok(keys);
            }
        }
    }

    pub(super) fn missing(&self) -> Problem {
        Problem::settings("the database holds no signing keys").with_remedy(REMEDY)
    }

    async fn read(&self) -> Result<Option<(Keys, u64)>, Problem> {
        let Some(record) = self.registry.read(KIND, KEY).await? else { return Ok(None) };
        let keys = stored::read(&record.value).ok_or_else(|| {
            Problem::settings("the signing keys in the database are damaged").with_remedy(REMEDY)
        })?;
        Ok(Some((keys, record.version)))
    }

    async fn write(&self, keys: &Keys, expected: u64) -> Result<bool, Problem> {
        let value = Bytes::copy_from_slice(&stored::write(keys));
        Ok(self.registry.write(KIND, KEY, Some(value), expected).await?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::{CountingEntropy, MemoryRegistry, SecretKey, Timestamp};

    #[tokio::test]
    async fn servers_that_start_at_once_share_one_ring() {
        let registry: Arc<dyn Registry> = Arc::new(MemoryRegistry::new());
        let entropy = CountingEntropy::default();
        let (one, other) = (KeyRecord::new(registry.clone()), KeyRecord::new(registry));
        assert!(one.load_or_make(false, &entropy).await.is_err());
        let made = one.load_or_make(true, &entropy).await.unwrap();
        let found = other.load_or_make(true, &entropy).await.unwrap();
        let secret = |keys: &Keys| *keys.ring().current().secret().expose();
        assert_eq!(secret(&made), secret(&found));

        let at = Timestamp::from_seconds(1_795_466_792);
        let rotate = |kept: Option<&Keys>| {
            Ok(kept.expect("they are there").rotated(SecretKey::from_bytes([9; 32]), at, at))
        };
        other.change(rotate).await.unwrap();
        assert_eq!(secret(&one.load().await.unwrap()), [9; 32]);
    }
}
