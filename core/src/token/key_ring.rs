use super::SecretKey;
use crate::model::ids::{CounterKey, IdempotencyHash};
use crate::model::link::HARD_EXPIRY_DAYS;
use crate::model::timestamp::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;

/// A key that signs and verifies tokens: one of up to 256 numbered keys of a ring.
#[derive(Clone)]
pub struct SigningKey {
    id: u8,
    secret: SecretKey,
    /// The key's two half-compressed blocks, computed once.
    mac: Hmac<Sha256>,
    retired_at: Option<Timestamp>,
}

impl SigningKey {
    /// Creates a key for signing.
    #[must_use]
    pub fn new(id: u8, secret: SecretKey) -> Self {
        let mac = keyed(&secret);
        Self { id, secret, mac, retired_at: None }
    }

    /// Marks the key as retired: it signed until `since` and now only verifies.
    #[must_use]
    pub const fn retired(mut self, since: Timestamp) -> Self {
        self.retired_at = Some(since);
        self
    }

    /// Returns the number of the key.
    #[must_use]
    pub const fn id(&self) -> u8 {
        self.id
    }

    /// Returns the secret. Store it in a safe place only.
    #[must_use]
    pub const fn secret(&self) -> &SecretKey {
        &self.secret
    }

    /// Returns when the key stopped signing, if it did.
    #[must_use]
    pub const fn retired_at(&self) -> Option<Timestamp> {
        self.retired_at
    }

    pub(super) fn mac(&self) -> Hmac<Sha256> {
        self.mac.clone()
    }

    /// Returns whether a token signed with this key can still be valid at `now`.
    fn is_needed(&self, now: Timestamp) -> bool {
        self.retired_at.is_none_or(|since| now < since.plus_days(HARD_EXPIRY_DAYS))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .field("retired_at", &self.retired_at)
            .finish_non_exhaustive()
    }
}

/// The key that signs, the keys that still verify, and the key for keyed hashes.
///
/// A rotated key verifies for another 400 days, the maximum lifetime of a link token; then
/// [`rotate`](Self::rotate) drops it.
///
/// # Example
/// ```
/// # use desktop_delivery::{KeyRing, RequestHandle};
/// # use desktop_delivery::ids::LinkNo;
/// # use desktop_delivery::token::{SecretKey, SigningKey, SystemEntropy};
/// # use desktop_delivery::{StoreError, Timestamp};
/// # fn main() -> Result<(), StoreError> {
/// # let (handle, now) = (RequestHandle::from_bytes([7; 8]), Timestamp::from_seconds(1_795_466_792));
/// let secret = || SecretKey::generate(&SystemEntropy);
/// let ring = KeyRing::new(SigningKey::new(0, secret()?), secret()?);
/// let mailed = ring.mint_link(handle, LinkNo::new(1), now.plus_days(400));
///
/// let ring = ring.rotate(secret()?, now.plus_days(30));
/// assert_eq!(ring.current().id(), 1);
/// assert!(ring.verify_link(mailed.expose(), now.plus_days(399)).is_ok());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct KeyRing {
    current: SigningKey,
    previous: Vec<SigningKey>,
    hashing_key: SecretKey,
}

impl KeyRing {
    /// Creates a ring of one key. `hashing_key` is used to hash the names of counters. It is never
    /// rotated, because existing counters could not be found afterwards.
    #[must_use]
    pub const fn new(current: SigningKey, hashing_key: SecretKey) -> Self {
        Self { current, previous: Vec::new(), hashing_key }
    }

    /// Adds a key that only verifies.
    #[must_use]
    pub fn with_previous(mut self, key: SigningKey) -> Self {
        if key.id != self.current.id {
            self.previous.retain(|other| other.id != key.id);
            self.previous.push(key);
        }
        self
    }

    /// Returns the ring in which `secret` signs from `now` on, under the next free number. Keys
    /// whose last token has expired are dropped; if all 256 numbers are taken, so is the oldest
    /// key.
    #[must_use]
    pub fn rotate(&self, secret: SecretKey, now: Timestamp) -> Self {
        let mut previous: Vec<SigningKey> =
            self.previous.iter().filter(|key| key.is_needed(now)).cloned().collect();
        previous.push(self.current.clone().retired(now));
        if previous.len() > usize::from(u8::MAX) {
            previous.remove(0);
        }
        let mut id = self.current.id;
        while previous.iter().any(|key| key.id == id) {
            id = id.wrapping_add(1);
        }
        Self {
            current: SigningKey::new(id, secret),
            previous,
            hashing_key: self.hashing_key.clone(),
        }
    }

    /// Returns the key that signs.
    #[must_use]
    pub const fn current(&self) -> &SigningKey {
        &self.current
    }

    /// Returns the keys that only verify, oldest first.
    #[must_use]
    pub fn previous(&self) -> &[SigningKey] {
        &self.previous
    }

    /// Returns the key for keyed hashes. Store it in a safe place only.
    #[must_use]
    pub const fn hashing_key(&self) -> &SecretKey {
        &self.hashing_key
    }

    pub(super) fn find(&self, id: u8) -> Option<&SigningKey> {
        std::iter::once(&self.current).chain(&self.previous).find(|key| key.id == id)
    }

    /// Returns the key of a counter, which hides what it counts.
    pub(crate) fn counter(&self, parts: &[&[u8]]) -> CounterKey {
        CounterKey::from_bytes(self.keyed_hash(b"counter", parts))
    }

    /// Returns a keyed hash of the parts that identify a repeat of the same request.
    #[must_use]
    pub fn idempotency(&self, parts: &[&[u8]]) -> IdempotencyHash {
        IdempotencyHash::from_bytes(self.keyed_hash(b"idempotency", parts))
    }

    /// Returns a keyed hash. Each part is preceded by its length, so that different lists cannot
    /// collide.
    fn keyed_hash(&self, purpose: &[u8], parts: &[&[u8]]) -> [u8; 16] {
        let mut mac = keyed(&self.hashing_key);
        for part in std::iter::once(&purpose).chain(parts) {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        let tag = mac.finalize().into_bytes();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&tag[..16]);
        bytes
    }
}

fn keyed(secret: &SecretKey) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret.expose()).expect("HMAC takes keys of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(byte: u8) -> SecretKey {
        SecretKey::from_bytes([byte; 32])
    }

    #[test]
    fn a_rotated_key_is_dropped_when_its_last_token_has_expired() {
        let start = Timestamp::from_seconds(1_800_000_000);
        let ring = KeyRing::new(SigningKey::new(255, secret(1)), secret(0));
        let ring = ring.rotate(secret(2), start);
        assert_eq!((ring.current().id(), ring.previous().len()), (0, 1));
        let day_399 = ring.rotate(secret(3), start.plus_days(399));
        assert_eq!(day_399.previous().len(), 2);
        let day_400 = ring.rotate(secret(3), start.plus_days(400));
        assert_eq!(day_400.previous().len(), 1);
    }

    #[test]
    fn the_ring_never_holds_more_than_256_keys() {
        let mut ring = KeyRing::new(SigningKey::new(0, secret(1)), secret(0));
        for _ in 0..600 {
            ring = ring.rotate(secret(2), Timestamp::EPOCH);
        }
        assert_eq!(ring.previous().len(), 255);
    }

    #[test]
    fn different_lists_of_parts_have_different_hashes() {
        let ring = KeyRing::new(SigningKey::new(0, secret(1)), secret(0));
        let lists: [&[&[u8]]; 5] =
            [&[b"ab", b"c"], &[b"a", b"bc"], &[b"abc"], &[b"abc", b""], &[b"", b"abc"]];
        let counters: std::collections::HashSet<_> =
            lists.iter().map(|parts| ring.counter(parts)).collect();
        assert_eq!(counters.len(), lists.len());
        assert_ne!(ring.counter(lists[0]).as_bytes(), ring.idempotency(lists[0]).as_bytes());
    }

    #[test]
    fn secrets_are_not_printed() {
        let ring = KeyRing::new(SigningKey::new(7, secret(0xab)), secret(0xcd));
        let printed = format!("{ring:?}");
        assert!(!printed.contains("171") && !printed.contains("205"), "{printed}");
    }
}
