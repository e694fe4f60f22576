use super::identity_provider::AttemptSecrets;
use super::provider_id::ProviderId;
use super::refusal::{SignOnError, SignOnRefusal};
use crate::hex::hex;
use crate::records::Records;
use crate::shared_key::SharedKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desktop_delivery::{Clock, Entropy, Registry, StoreError, Timestamp};
use hmac::Mac as _;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

const USED: &str = "used-sign-on";
const KEY: &str = "sign-on-key";
/// How long a person may take at the provider, in seconds.
pub(super) const SECONDS: i64 = 600;
/// The longest page to return to, in bytes.
const MAX_NEXT_BYTES: usize = 1_000;
/// The longest cookie issued, in bytes.
const MAX_COOKIE_BYTES: usize = 1_600;

/// The sign-ins at providers that have begun and not ended.
///
/// Anyone can begin an attempt, so an attempt is stored only in a cookie of the browser that began
/// it. The registry records only the attempts that have ended, until they would have expired. All servers that share a registry accept each other's attempts.
///
/// ```text
/// expiry, 12 hexadecimal digits . 32 random bytes . page to return to . HMAC-SHA-256
/// ```
///
/// All but the expiry are base64url. The MAC includes the provider. State, nonce and code verifier
/// are hashes of the random bytes, so that the provider, which sees the state, cannot compute the
/// others.
#[derive(Clone)]
pub struct PendingSignIns {
    key: SharedKey,
    used: Records<()>,
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
}

/// An attempt that has begun.
pub(super) struct Attempt {
    /// The cookie for the browser.
    pub(super) cookie: Zeroizing<String>,
    pub(super) secrets: AttemptSecrets,
}

/// An attempt that ends now.
pub(super) struct EndedAttempt {
    pub(super) secrets: AttemptSecrets,
    /// The page to return to.
    pub(super) next: String,
}

impl PendingSignIns {
    pub(crate) fn new(
        registry: Arc<dyn Registry>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let key = SharedKey::new(Arc::clone(&registry), Arc::clone(&entropy), KEY);
        Self { key, used: Records::new(registry, USED), entropy, clock }
    }

    /// Begins an attempt.
    pub(super) async fn begin(
        &self,
        provider: &ProviderId,
        next: &str,
    ) -> Result<Attempt, StoreError> {
        let mut random = Zeroizing::new([0_u8; 32]);
        self.entropy.fill(random.as_mut())?;
        let random = Zeroizing::new(URL_SAFE_NO_PAD.encode(*random));
        let end = self.clock.now().plus_seconds(SECONDS).as_seconds();
        let next = if next.len() > MAX_NEXT_BYTES { "" } else { next };
        let next = URL_SAFE_NO_PAD.encode(next);
        let signed = Zeroizing::new(format!("{end:012x}.{}.{next}", *random));
        let mac = self.mac(provider, &signed).await?.finalize().into_bytes();
        let cookie = Zeroizing::new(format!("{}.{}", *signed, URL_SAFE_NO_PAD.encode(mac)));
        Ok(Attempt { cookie, secrets: secrets(&random) })
    }

    /// Ends the attempt that this cookie stores. It cannot be ended again.
    pub(super) async fn end(
        &self,
        provider: &ProviderId,
        cookie: &str,
        state: &str,
    ) -> Result<EndedAttempt, SignOnError> {
        let attempt = self.read(provider, cookie).await?.ok_or(SignOnRefusal::AttemptUnknown)?;
        let (end, secrets, next) = attempt;
        if Sha256::digest(state) != Sha256::digest(secrets.state.as_bytes()) {
            return Err(SignOnRefusal::AttemptUnknown.into());
        }
        if end <= self.clock.now() {
            return Err(SignOnRefusal::AttemptExpired.into());
        }
        let key = format!("{:012x}-{}", end.as_seconds(), hex(&Sha256::digest(state)));
        if !self.used.write(&key, &(), 0).await? {
            return Err(SignOnRefusal::AttemptUsed.into());
        }
        Ok(EndedAttempt { secrets, next })
    }

    /// Reads a cookie that one of the servers issued.
    async fn read(
        &self,
        provider: &ProviderId,
        cookie: &str,
    ) -> Result<Option<(Timestamp, AttemptSecrets, String)>, StoreError> {
        let Some((signed, mac)) =
            cookie.rsplit_once('.').filter(|_| cookie.len() <= MAX_COOKIE_BYTES)
        else {
            return Ok(None);
        };
        let Ok(mac) = URL_SAFE_NO_PAD.decode(mac) else { return Ok(None) };
        if self.mac(provider, signed).await?.verify_slice(&mac).is_err() {
            return Ok(None);
        }
        let mut parts = signed.split('.');
        let [Some(end), Some(random), Some(next)] = [parts.next(), parts.next(), parts.next()]
        else {
            return Ok(None);
        };
        let end = i64::from_str_radix(end, 16).ok().map(Timestamp::from_seconds);
        let next = URL_SAFE_NO_PAD.decode(next).ok().and_then(|next| String::from_utf8(next).ok());
        Ok(end.zip(next).map(|(end, next)| (end, secrets(random), next)))
    }

    /// Removes the records of attempts that would have expired, and returns how many were removed.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        let now = self.clock.now().as_seconds();
        self.used.remove_before(&format!("{now:012x}")).await
    }

    async fn mac(
        &self,
        provider: &ProviderId,
        signed: &str,
    ) -> Result<hmac::Hmac<Sha256>, StoreError> {
        let mut mac = self.key.mac().await?;
        mac.update(provider.as_str().as_bytes());
        mac.update(b"\0");
        mac.update(signed.as_bytes());
        Ok(mac)
    }
}

fn secrets(random: &str) -> AttemptSecrets {
    let secret = |purpose: &str| {
        let mut hash = Sha256::new();
        hash.update(purpose);
        hash.update(b"\0");
        hash.update(random);
        Zeroizing::new(URL_SAFE_NO_PAD.encode(hash.finalize()))
    };
    AttemptSecrets { state: secret("state"), nonce: secret("nonce"), verifier: secret("verifier") }
}

impl fmt::Debug for PendingSignIns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PendingSignIns(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::memory::MemoryRegistry;
    use desktop_delivery::time::ManualClock;
    use desktop_delivery::token::SystemEntropy;

    async fn refusal(
        pending: &PendingSignIns,
        provider: &ProviderId,
        cookie: &str,
        state: &str,
    ) -> SignOnRefusal {
        match pending.end(provider, cookie, state).await {
            Err(SignOnError::Refused(refusal)) => refusal,
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("it is refused"),
        }
    }

    #[tokio::test]
    async fn an_attempt_ends_once_in_its_browser_within_ten_minutes() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792)));
        let registry = Arc::new(MemoryRegistry::new());
        let server =
            || PendingSignIns::new(registry.clone(), Arc::new(SystemEntropy), clock.clone());
        let (one, other) = (server(), server());
        let [campus, city] = ["campus", "city"].map(|id| ProviderId::new(id).unwrap());
        let first = one.begin(&campus, "/supply?page=2").await.unwrap();
        let second = one.begin(&campus, &"/x".repeat(600)).await.unwrap();
        assert!(registry.list(USED, "", 1).await.unwrap().is_empty(), "beginning stores nothing");
        let AttemptSecrets { state, nonce, verifier } = &first.secrets;
        assert!(state != nonce && nonce != verifier && state != verifier);
        assert_eq!([state.len(), nonce.len(), verifier.len()], [43; 3]);
        assert!(*state != second.secrets.state);

        let unknown = SignOnRefusal::AttemptUnknown;
        assert_eq!(refusal(&other, &campus, &second.cookie, state).await, unknown);
        assert_eq!(refusal(&other, &city, &first.cookie, state).await, unknown);
        let longer = format!("{:012x}{}", i64::MAX / 2, &first.cookie[12..]);
        let cut = &first.cookie[..first.cookie.len() - 2];
        for forged in ["", ".", "...", "a.b.c.d", &longer, cut, &"a.".repeat(900)] {
            assert_eq!(refusal(&other, &campus, forged, state).await, unknown, "{forged}");
        }

        let ended = other.end(&campus, &first.cookie, state).await.unwrap();
        assert_eq!(ended.next, "/supply?page=2");
        assert!(ended.secrets == first.secrets, "the other server computes the same secrets");
        let used = SignOnRefusal::AttemptUsed;
        assert_eq!(refusal(&one, &campus, &first.cookie, state).await, used);

        assert_eq!(one.sweep().await.unwrap(), 0);
        clock.advance(SECONDS);
        let expired = SignOnRefusal::AttemptExpired;
        let state = &second.secrets.state;
        assert_eq!(refusal(&one, &campus, &second.cookie, state).await, expired);
        clock.advance(1);
        assert_eq!(one.sweep().await.unwrap(), 1);
    }
}
