use crate::records::Records;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desktop_delivery::{Entropy, Registry, StoreError};
use hmac::{Hmac, KeyInit as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;
use std::sync::Arc;
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

const KEY: &str = "key";

/// A key that is generated at its first use and shared by all servers on one registry.
#[derive(Clone)]
pub(crate) struct SharedKey {
    records: Records<Key>,
    entropy: Arc<dyn Entropy>,
    key: Arc<OnceCell<Zeroizing<Vec<u8>>>>,
}

#[derive(Serialize, Deserialize)]
struct Key {
    /// 32 bytes in base64.
    key: Zeroizing<String>,
}

impl SharedKey {
    /// Returns the key that is stored under this kind.
    pub(crate) fn new(
        registry: Arc<dyn Registry>,
        entropy: Arc<dyn Entropy>,
        kind: &'static str,
    ) -> Self {
        Self { records: Records::new(registry, kind), entropy, key: Arc::default() }
    }

    /// Returns a MAC with this key.
    pub(crate) async fn mac(&self) -> Result<Hmac<Sha256>, StoreError> {
        let key = self.key.get_or_try_init(|| self.load_or_make()).await?;
        Ok(Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length"))
    }

    async fn load_or_make(&self) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let mut random = Zeroizing::new([0_u8; 32]);
        self.entropy.fill(random.as_mut())?;
        let new = Zeroizing::new(URL_SAFE_NO_PAD.encode(*random));
        // Another server may have stored its key first; all servers then use that key.
        let kept = self.records.update(KEY, |held| held.or_else(|| Some(Key { key: new.clone() })));
        let kept = kept.await?.map_or(new.clone(), |kept| kept.key);
        Ok(Zeroizing::new(URL_SAFE_NO_PAD.decode(&*kept).unwrap_or_else(|_| random.to_vec())))
    }
}

impl fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedKey(..)")
    }
}
