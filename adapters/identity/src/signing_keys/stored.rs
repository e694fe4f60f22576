use super::keys::{Keys, Next};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use desktop_delivery::token::{SecretKey, SigningKey};
use desktop_delivery::{KeyRing, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The keys as JSON, in a file or a registry entry.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKeys {
    current: StoredKey,
    previous: Vec<StoredKey>,
    /// Keys the hashes of counter names; never rotated.
    hashing_key: Zeroizing<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<StoredNext>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKey {
    id: u8,
    secret: Zeroizing<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retired_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredNext {
    key: StoredKey,
    from: Timestamp,
}

/// Encodes keys as JSON.
pub(super) fn write(keys: &Keys) -> Zeroizing<Vec<u8>> {
    let ring = keys.ring();
    let stored = StoredKeys {
        current: StoredKey::of(ring.current()),
        previous: ring.previous().iter().map(StoredKey::of).collect(),
        hashing_key: text_of(ring.hashing_key()),
        next: keys.next().map(|next| StoredNext { key: StoredKey::of(&next.key), from: next.from }),
    };
    Zeroizing::new(serde_json::to_vec(&stored).unwrap_or_default())
}

/// Decodes keys from JSON, or returns `None` if the text is damaged.
pub(super) fn read(text: &[u8]) -> Option<Keys> {
    let stored: StoredKeys = serde_json::from_slice(text).ok()?;
    let ring = KeyRing::new(stored.current.key()?, secret_of(&stored.hashing_key)?);
    let mut previous = stored.previous.iter();
    let ring = previous.try_fold(ring, |ring, key| Some(ring.with_previous(key.key()?)))?;
    let next = match &stored.next {
        Some(next) => Some(Next { key: next.key.key()?, from: next.from }),
        None => None,
    };
    Some(Keys::new(ring, next))
}

impl StoredKey {
    fn of(key: &SigningKey) -> Self {
        Self { id: key.id(), secret: text_of(key.secret()), retired_at: key.retired_at() }
    }

    fn key(&self) -> Option<SigningKey> {
        let key = SigningKey::new(self.id, secret_of(&self.secret)?);
        Some(match self.retired_at {
            Some(since) => key.retired(since),
            None => key,
        })
    }
}

fn text_of(secret: &SecretKey) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(secret.expose()))
}

fn secret_of(text: &str) -> Option<SecretKey> {
    let bytes = Zeroizing::new(STANDARD.decode(text).ok()?);
    Some(SecretKey::from_bytes(bytes.as_slice().try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_round_trip() {
        let secret = |byte| SecretKey::from_bytes([byte; 32]);
        let at = Timestamp::from_seconds(1_795_466_792);
        let first = Keys::new(KeyRing::new(SigningKey::new(1, secret(1)), secret(0)), None);
        let keys = first.rotated(secret(2), at, at).rotated(secret(3), at, at.plus_seconds(9));
        let text = write(&keys);
        let back = read(&text).unwrap();
        assert_eq!(*write(&back), *text);
        assert_eq!(back.ring().previous()[0].retired_at(), Some(at));
        assert_eq!(back.next().unwrap().key.secret().expose(), &[3; 32]);
        for damaged in [&text[1..], &text[..text.len() - 2], b"{}"] {
            assert!(read(damaged).is_none());
        }
    }
}
