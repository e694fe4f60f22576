//! Manipulated tokens open nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desktop_delivery::error::TokenError;
use desktop_delivery::ids::LinkNo;
use desktop_delivery::token::{SecretKey, SigningKey};
use desktop_delivery::{KeyRing, RequestHandle, Timestamp};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn ring() -> KeyRing {
    let key = |id, byte| SigningKey::new(id, SecretKey::from_bytes([byte; 32]));
    KeyRing::new(key(1, 1), SecretKey::from_bytes([0; 32])).with_previous(key(0, 9))
}

fn link() -> String {
    let handle = RequestHandle::from_bytes(*b"\0\x01delive");
    ring().mint_link(handle, LinkNo::new(3), NOW.plus_days(400)).expose().to_owned()
}

fn ticket() -> String {
    let claim = r#"{"n":7,"l":3,"a":1,"v":2,"i":{"o":1},"t":1800000000,"e":1800007200}"#;
    let claim = serde_json::from_str(claim).expect("it is a claim");
    ring().mint_ticket(RequestHandle::from_bytes(*b"\0\x01delive"), &claim).expose().to_owned()
}

/// Parses the text as each kind of token.
fn read(text: &str) -> [Result<(), TokenError>; 2] {
    let ring = ring();
    [ring.verify_link(text, NOW).map(|_| ()), ring.verify_ticket(text, NOW).map(|_| ())]
}

const NOTHING: [Result<(), TokenError>; 2] = [Err(TokenError::Invalid); 2];

#[test]
fn genuine_tokens_are_read_only_as_their_own_kind() {
    assert_eq!(read(&link()), [Ok(()), Err(TokenError::Invalid)]);
    assert_eq!(read(&ticket()), [Err(TokenError::Invalid), Ok(())]);
}

#[test]
fn every_flipped_bit_is_detected() {
    for token in [link(), ticket()] {
        let raw = URL_SAFE_NO_PAD.decode(&token).expect("it is base64");
        for bit in 0..raw.len() * 8 {
            let mut forged = raw.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(read(&URL_SAFE_NO_PAD.encode(&forged)), NOTHING, "bit {bit}");
        }
    }
}

#[test]
fn no_other_text_is_the_same_token() {
    let characters = (0..=127_u8).map(char::from).chain(['é', 'А', '\u{200b}', '\u{ff21}']);
    for token in [link(), ticket()] {
        for place in 0..token.len() {
            for other in characters.clone() {
                let mut text = token.clone();
                text.replace_range(place..=place, other.encode_utf8(&mut [0; 4]));
                if text != token {
                    assert_eq!(read(&text), NOTHING, "{other:?} at {place}");
                }
            }
            assert_eq!(read(&token[..place]), NOTHING, "cut at {place}");
        }
        for text in
            [format!("{token}="), format!("{token}A"), format!(" {token}"), format!("{token}\n")]
        {
            assert_eq!(read(&text), NOTHING, "{text:?}");
        }
    }
}

#[test]
fn a_stored_ring_verifies_what_it_signed_before() {
    let ring = ring().rotate(SecretKey::from_bytes([5; 32]), NOW);
    let store = |key: &SigningKey| (key.id(), *key.secret().expose(), key.retired_at());
    let stored: Vec<_> =
        std::iter::once(ring.current()).chain(ring.previous()).map(store).collect();
    let hashing_key = *ring.hashing_key().expose();

    let mut keys = stored.into_iter().map(|(id, secret, retired_at)| {
        let key = SigningKey::new(id, SecretKey::from_bytes(secret));
        retired_at.map_or_else(|| key.clone(), |since| key.clone().retired(since))
    });
    let current = keys.next().expect("a ring has a key");
    let restored = KeyRing::new(current, SecretKey::from_bytes(hashing_key));
    let restored = keys.fold(restored, KeyRing::with_previous);

    assert!(restored.verify_link(&link(), NOW).is_ok());
    assert_eq!(restored.previous().len(), 2);
    assert_eq!(restored.previous()[1].retired_at(), Some(NOW));
    assert_eq!(restored.hashing_key().expose(), ring.hashing_key().expose());
    let handle = RequestHandle::from_bytes([7; 8]);
    let signed = |ring: &KeyRing| {
        ring.mint_link(handle, LinkNo::new(1), NOW.plus_days(1)).expose().to_owned()
    };
    assert_eq!(signed(&restored), signed(&ring));
}

#[test]
fn a_key_with_the_signing_keys_number_does_not_replace_it() {
    let other = SigningKey::new(1, SecretKey::from_bytes([7; 32]));
    let ring = ring().with_previous(other);
    assert_eq!(ring.previous().len(), 1);
    assert!(ring.verify_link(&link(), NOW).is_ok());
}

#[test]
fn a_ring_without_the_key_reads_nothing() {
    let other = SigningKey::new(2, SecretKey::from_bytes([1; 32]));
    let ring = KeyRing::new(other, SecretKey::from_bytes([0; 32]));
    assert_eq!(ring.verify_link(&link(), NOW), Err(TokenError::Invalid));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_a_panic_or_a_token(text in any::<String>(), base64 in "[A-Za-z0-9_-]{44,52}") {
        prop_assert_eq!(read(&text), NOTHING);
        prop_assert_eq!(read(&base64), NOTHING);
    }

    #[test]
    fn signed_tokens_round_trip(
        handle in any::<[u8; 8]>(),
        link in any::<u16>(),
        end in 1_800_000_032..u32::MAX,
    ) {
        let end = Timestamp::from_seconds(i64::from(end));
        let (handle, link) = (RequestHandle::from_bytes(handle), LinkNo::new(link));
        let token = ring().mint_link(handle, link, end);
        let read = ring().verify_link(token.expose(), NOW).expect("it is genuine");
        prop_assert_eq!((read.handle(), read.link()), (handle, link));
        let earlier = end.seconds_since(read.hard_expires_at());
        prop_assert!((0..32).contains(&earlier), "{} seconds", earlier);
        let last = token.expose().chars().last();
        prop_assert!(last.is_some_and(|c| c.is_ascii_alphanumeric()), "{:?}", last);
        prop_assert_eq!(ring().verify_link(token.expose(), end), Err(TokenError::Expired));
    }
}
