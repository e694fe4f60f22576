use super::sign_in_name::SignInName;
use crate::shared_key::SharedKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desktop_delivery::{Clock, Entropy, Registry, StoreError};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::fmt;
use std::sync::Arc;

const KIND: &str = "known-browsers";
/// How long a browser stays known after a sign-in, in seconds (60 days).
const SECONDS: i64 = 60 * 86_400;
/// Longer than any value issued.
const MAX_TEXT: usize = 200;

/// Recognizes browsers in which a name has signed in before, by a signed value that they store.
///
/// The value does not sign anyone in. It allows its holder to try a password even after guesses
/// from elsewhere have used up the limit for the name. It contains an expiry, a random number, and
/// a signature over both and the hash of the name. Only the signing key is stored, shared by all
/// servers.
#[derive(Clone)]
pub struct KnownBrowsers {
    key: SharedKey,
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
}

impl KnownBrowsers {
    /// Returns the known browsers of all servers that share a registry.
    #[must_use]
    pub fn new(
        registry: Arc<dyn Registry>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { key: SharedKey::new(registry, Arc::clone(&entropy), KIND), entropy, clock }
    }

    /// Returns the value for a browser in which this name has signed in, and its lifetime in
    /// seconds.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn issue(&self, name: &SignInName) -> Result<(String, i64), StoreError> {
        let mut random = [0_u8; 16];
        self.entropy.fill(&mut random)?;
        let end = self.clock.now().plus_seconds(SECONDS).as_seconds();
        let signed = format!("{end:012x}.{}", URL_SAFE_NO_PAD.encode(random));
        let mac = self.mac(&signed, name).await?.finalize().into_bytes();
        Ok((format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac)), SECONDS))
    }

    /// Returns the random number of a browser that is known for this name, or `None`.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn recognize(
        &self,
        text: &str,
        name: &SignInName,
    ) -> Result<Option<String>, StoreError> {
        let Some((signed, mac)) = text.rsplit_once('.').filter(|_| text.len() <= MAX_TEXT) else {
            return Ok(None);
        };
        let (Some((end, random)), Ok(mac)) = (signed.split_once('.'), URL_SAFE_NO_PAD.decode(mac))
        else {
            return Ok(None);
        };
        let now = self.clock.now().as_seconds();
        let is_over = i64::from_str_radix(end, 16).map_or(true, |end| end <= now);
        if is_over || self.mac(signed, name).await?.verify_slice(&mac).is_err() {
            return Ok(None);
        }
        Ok(Some(random.to_owned()))
    }

    async fn mac(&self, signed: &str, name: &SignInName) -> Result<Hmac<Sha256>, StoreError> {
        let mut mac = self.key.mac().await?;
        mac.update(name.as_str().as_bytes());
        mac.update(b"\0");
        mac.update(signed.as_bytes());
        Ok(mac)
    }
}

impl fmt::Debug for KnownBrowsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownBrowsers(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Timestamp;
    use desktop_delivery::memory::MemoryRegistry;
    use desktop_delivery::time::ManualClock;
    use desktop_delivery::token::SystemEntropy;

    #[tokio::test]
    async fn a_browser_is_known_for_one_name_until_it_expires() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792)));
        let registry = Arc::new(MemoryRegistry::new());
        let server =
            || KnownBrowsers::new(registry.clone(), Arc::new(SystemEntropy), clock.clone());
        let (one, other) = (server(), server());
        let (anne, paul) = (SignInName::staff("anne"), SignInName::staff("paul"));
        let (text, seconds) = one.issue(&anne).await.unwrap();
        let number = one.recognize(&text, &anne).await.unwrap();
        assert!(number.is_some());
        assert_eq!(other.recognize(&text, &anne).await.unwrap(), number);
        assert_eq!(one.recognize(&text, &paul).await.unwrap(), None);
        let (second, _) = one.issue(&anne).await.unwrap();
        assert_ne!(one.recognize(&second, &anne).await.unwrap(), number);
        let later = format!("ffffffffffff{}", &text[12..]);
        for forged in ["", ".", "..", "a.b.c", &later, &text[..text.len() - 2], &"a.".repeat(200)] {
            assert_eq!(one.recognize(forged, &anne).await.unwrap(), None, "{forged}");
        }
        clock.set(clock.now().plus_seconds(seconds));
        assert_eq!(one.recognize(&text, &anne).await.unwrap(), None);
    }
}
