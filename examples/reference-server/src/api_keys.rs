use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desktop_delivery::{Actor, AgencyId, Clock, Entropy, Registry, StaffId, StoreError, Timestamp};
use desktop_delivery_http::Authorizer;
use desktop_delivery_identity::json::{decode, encode};
use http::header;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;
use zeroize::Zeroizing;

const KIND: &str = "api-key";
/// Begins every key, so that secret scanners find one that was published.
const PREFIX: &str = "ddk_";

/// Makes, checks and revokes the keys of the JSON API.
///
/// A key is 256 random bits, shown once; its SHA-256 is stored, by which it is looked up.
#[derive(Clone, Debug)]
pub struct ApiKeys {
    registry: Arc<dyn Registry>,
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
}

/// Says for whom a key acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "role")]
#[non_exhaustive]
pub enum Holder {
    /// The host system, which may do everything, and administers.
    Host,
    /// A member of a library's staff.
    Staff {
        /// The library.
        agency: AgencyId,
        /// Who.
        id: StaffId,
    },
}

/// A key as it is stored and listed: without the key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredKey {
    #[serde(flatten)]
    pub(crate) holder: Holder,
    /// What it is for, in its maker's words.
    pub(crate) note: String,
    pub(crate) made_at: Timestamp,
}

impl ApiKeys {
    /// Keys over a registry.
    #[must_use]
    pub fn new(
        registry: Arc<dyn Registry>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { registry, entropy, clock }
    }

    /// Makes a key; the answer is the only copy.
    ///
    /// # Errors
    /// [`StoreError`] where the registry fails.
    pub async fn make(&self, holder: Holder, note: &str) -> Result<Zeroizing<String>, StoreError> {
        let mut random = Zeroizing::new([0_u8; 32]);
        self.entropy.fill(random.as_mut())?;
        let key = Zeroizing::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(*random)));
        let stored = StoredKey { holder, note: note.to_owned(), made_at: self.clock.now() };
        self.registry.write(KIND, &id(&key), Some(encode(&stored)?), 0).await?;
        Ok(key)
    }

    /// Whose key this is; `None` for one that is unknown or revoked.
    ///
    /// # Errors
    /// [`StoreError`] where the registry fails.
    pub async fn holder(&self, key: &str) -> Result<Option<Holder>, StoreError> {
        let Some(record) = self.registry.read(KIND, &id(key)).await? else { return Ok(None) };
        decode::<StoredKey>(&record.value).map(|stored| Some(stored.holder))
    }

    /// All keys, with the ids by which they are revoked.
    pub(crate) async fn list(&self) -> Result<Vec<(String, StoredKey)>, StoreError> {
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

    /// Revokes a key at once; answers whether there was one.
    ///
    /// # Errors
    /// [`StoreError`] where the registry fails.
    pub async fn revoke(&self, id: &str) -> Result<bool, StoreError> {
        while let Some(record) = self.registry.read(KIND, id).await? {
            if self.registry.write(KIND, id, None, record.version).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[async_trait]
impl Authorizer for ApiKeys {
    async fn authorize(&self, request: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
        let value = request.headers.get(header::AUTHORIZATION);
        let key = value
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, key)| key.trim());
        let Some(key) = key.filter(|key| key.starts_with(PREFIX)) else { return Ok(None) };
        Ok(self.holder(key).await?.map(|holder| match holder {
            Holder::Host => Actor::Host,
            Holder::Staff { agency, id } => Actor::staff(agency, id),
        }))
    }
}

fn id(key: &str) -> String {
    hex(&Sha256::digest(key))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
