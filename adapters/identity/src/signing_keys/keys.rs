use desktop_delivery::token::{SecretKey, SigningKey};
use desktop_delivery::{Entropy, KeyRing, StoreError, Timestamp};

/// A key ring, and the key that will sign next.
#[derive(Clone, Debug)]
pub struct Keys {
    ring: KeyRing,
    next: Option<Next>,
}

/// A key that all servers load before any of them signs with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Next {
    /// The key.
    pub key: SigningKey,
    /// When it starts to sign.
    pub from: Timestamp,
}

impl Keys {
    pub(super) const fn new(ring: KeyRing, next: Option<Next>) -> Self {
        Self { ring, next }
    }

    /// Generates a ring with one key.
    ///
    /// # Errors
    /// [`StoreError`] if no random bytes are available.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, StoreError> {
        let signing = SigningKey::new(1, SecretKey::generate(entropy)?);
        Ok(Self::new(KeyRing::new(signing, SecretKey::generate(entropy)?), None))
    }

    /// Returns the ring as it is stored, without the next key.
    #[must_use]
    pub const fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// Returns the key that will sign next, if there is one.
    #[must_use]
    pub const fn next(&self) -> Option<&Next> {
        self.next.as_ref()
    }

    /// Returns the ring for signing and verifying at `now`. The next key already verifies before it
    /// signs.
    #[must_use]
    pub fn in_use(&self, now: Timestamp) -> KeyRing {
        match &self.next {
            Some(next) if now < next.from => self.ring.clone().with_previous(next.key.clone()),
            Some(_) => self.settled(now).ring,
            None => self.ring.clone(),
        }
    }

    /// Returns these keys, with the next key as the current one if its time has come.
    #[must_use]
    pub fn settled(&self, now: Timestamp) -> Self {
        match &self.next {
            Some(next) if next.from <= now => {
                Self::new(self.ring.rotate(next.key.secret().clone(), next.from), None)
            }
            _ => self.clone(),
        }
    }

    /// Returns these keys with a new next key that signs from `from` on. A next key whose time has
    /// not come is dropped and never signs.
    #[must_use]
    pub fn rotated(&self, secret: SecretKey, now: Timestamp, from: Timestamp) -> Self {
        let ring = self.settled(now).ring;
        let key = ring.rotate(secret, from).current().clone();
        Self::new(ring, Some(Next { key, from })).settled(now)
    }

    /// Returns these keys without a previous key, which then no longer verifies. The current key
    /// cannot be removed.
    #[must_use]
    pub fn without(&self, id: u8, now: Timestamp) -> Self {
        let Self { ring, next } = self.settled(now);
        let left = KeyRing::new(ring.current().clone(), ring.hashing_key().clone());
        let others = ring.previous().iter().filter(|key| key.id() != id);
        Self::new(others.cloned().fold(left, KeyRing::with_previous), next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(byte: u8) -> SecretKey {
        SecretKey::from_bytes([byte; 32])
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_795_466_792 + seconds)
    }

    fn first() -> Keys {
        Keys::new(KeyRing::new(SigningKey::new(1, secret(1)), secret(0)), None)
    }

    #[test]
    fn the_next_key_verifies_before_it_signs() {
        let keys = first().rotated(secret(2), at(0), at(10));
        let before = keys.in_use(at(9));
        assert_eq!((before.current().id(), before.previous()[0].id()), (1, 2));
        let after = keys.in_use(at(10));
        assert_eq!((after.current().id(), after.previous()[0].id()), (2, 1));
        assert_eq!(after.previous()[0].retired_at(), Some(at(10)));
        assert_eq!(after.current().secret().expose(), &[2; 32]);
        // The key number does not change.
        assert_eq!(keys.settled(at(99)).ring().current().id(), 2);
    }

    #[test]
    fn a_replaced_next_key_never_signs() {
        let keys = first().rotated(secret(2), at(0), at(10)).rotated(secret(3), at(5), at(15));
        assert_eq!(keys.in_use(at(12)).current().secret().expose(), &[1; 32]);
        let last = keys.in_use(at(15));
        assert_eq!(last.current().secret().expose(), &[3; 32]);
        assert_eq!(last.previous().len(), 1);
    }

    #[test]
    fn only_the_dropped_key_is_removed() {
        let keys = first().rotated(secret(2), at(0), at(0)).rotated(secret(3), at(1), at(1));
        let left = keys.without(1, at(2));
        assert_eq!(left.ring().current().secret().expose(), &[3; 32]);
        assert_eq!(left.ring().previous().iter().map(SigningKey::id).collect::<Vec<_>>(), [2]);
        assert_eq!(left.ring().hashing_key().expose(), &[0; 32]);
    }
}
