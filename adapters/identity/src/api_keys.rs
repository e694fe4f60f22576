use crate::hex::hex;
use crate::json::{decode, encode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desktop_delivery::input::WebOrigin;
use desktop_delivery::{AgencyId, Clock, Entropy, Registry, StaffId, StoreError, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use zeroize::Zeroizing;

const KIND: &str = "api-key";
/// The prefix of every key, by which secret scanners can recognize published keys.
pub(crate) const PREFIX: &str = "ddk_";

/// The keys of the JSON API in a [`Registry`].
///
/// A key has 256 random bits and is shown once; only its SHA-256 is stored. With the feature
/// `http`, this type is an `Authorizer` that reads `Authorization: Bearer`.
#[derive(Clone, Debug)]
pub struct ApiKeys {
    registry: Arc<dyn Registry>,
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
}

/// The identity that a key acts for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "role")]
pub enum Holder {
    /// The host system, which may do everything.
    Host,
    /// A member of a library's staff.
    Staff {
        /// The library.
        agency: AgencyId,
        /// The person.
        id: StaffId,
    },
}

/// A stored key without the key itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredKey {
    /// The identity that the key acts for.
    #[serde(flatten)]
    pub holder: Holder,
    /// The purpose of the key, as entered by its creator.
    pub note: String,
    /// When the key was created.
    pub made_at: Timestamp,
    /// The sites that may show windows offered with this key. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<WebOrigin>,
}

impl ApiKeys {
    /// Returns the keys stored in a registry.
    #[must_use]
    pub fn new(
        registry: Arc<dyn Registry>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { registry, entropy, clock }
    }

    /// Creates a key. The returned text is its only copy.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails or no random bytes are available.
    pub async fn make(&self, holder: Holder, note: &str) -> Result<Zeroizing<String>, StoreError> {
        self.make_with_origins(holder, note, Vec::new()).await
    }

    /// Creates a key for windows in these sites. The returned text is its only copy.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails or no random bytes are available.
    pub async fn make_with_origins(
        &self,
        holder: Holder,
        note: &str,
        origins: Vec<WebOrigin>,
    ) -> Result<Zeroizing<String>, StoreError> {
        let mut random = Zeroizing::new([0_u8; 32]);
        self.entropy.fill(random.as_mut())?;
        let key = Zeroizing::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(*random)));
        let (note, made_at) = (note.to_owned(), self.clock.now());
        let stored = StoredKey { holder, note, made_at, origins };
        self.registry.write(KIND, &id(&key), Some(encode(&stored)?), 0).await?;
        Ok(key)
    }

    /// Returns the holder of a key, or `None` if the key is unknown or revoked.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn holder(&self, key: &str) -> Result<Option<Holder>, StoreError> {
        Ok(self.find(key).await?.map(|(_, stored)| stored.holder))
    }

    /// Returns a key's own id and record, or `None` if the key is unknown or revoked.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn find(&self, key: &str) -> Result<Option<(String, StoredKey)>, StoreError> {
        let id = id(key);
        Ok(self.by_id(&id).await?.map(|stored| (id, stored)))
    }

    /// Returns the key with this id, or `None` if it is unknown or revoked.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn by_id(&self, id: &str) -> Result<Option<StoredKey>, StoreError> {
        let record = self.registry.read(KIND, id).await?;
        record.map(|record| decode(&record.value)).transpose()
    }

    /// Replaces the sites that may show windows offered with a key. Windows in the other sites end
    /// at once. Returns whether the key exists.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn set_origins(&self, id: &str, origins: &[WebOrigin]) -> Result<bool, StoreError> {
        while let Some(record) = self.registry.read(KIND, id).await? {
            let mut stored: StoredKey = decode(&record.value)?;
            origins.clone_into(&mut stored.origins);
            let written = self.registry.write(KIND, id, Some(encode(&stored)?), record.version);
            if written.await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns all keys with the ids used to revoke them.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn list(&self) -> Result<Vec<(String, StoredKey)>, StoreError> {
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.registry.list(KIND, &after, 100).await?;
            let Some((last, _)) = page.last() else { return Ok(found) };
            after.clone_from(last);
            for (id, record) in page {
                found.push((id, decode(&record.value)?));
            }
        }
    }

    /// Revokes a key immediately. Returns whether the key existed.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn revoke(&self, id: &str) -> Result<bool, StoreError> {
        while let Some(record) = self.registry.read(KIND, id).await? {
            if self.registry.write(KIND, id, None, record.version).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn id(key: &str) -> String {
    hex(&Sha256::digest(key))
}
