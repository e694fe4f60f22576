#![no_main]
//! Verifying never panics; only tokens that we minted verify, character by character; and a genuine
//! token with any change never verifies.

use arbitrary::Arbitrary;
use desktop_delivery::error::TokenError;
use desktop_delivery::ids::LinkNo;
use desktop_delivery::token::{SecretKey, SigningKey};
use desktop_delivery::{KeyRing, RequestHandle, Timestamp};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    text: &'a str,
    handle: [u8; 8],
    link: u16,
    ends_at: u32,
    now: u32,
    place: u8,
    letter: char,
}

fn ring() -> KeyRing {
    let secret = |byte| SecretKey::from_bytes([byte; 32]);
    KeyRing::new(SigningKey::new(7, secret(1)), secret(0))
        .with_previous(SigningKey::new(6, secret(2)).retired(Timestamp::EPOCH))
}

fn at(seconds: u32) -> Timestamp {
    Timestamp::from_seconds(i64::from(seconds))
}

fuzz_target!(|input: Input<'_>| {
    let ring = ring();
    let now = at(input.now);
    // The fuzzer learns genuine tokens from the comparisons below but must not find a second text
    // for one.
    if let Ok(verified) = ring.verify_link(input.text, now) {
        let (handle, link) = (verified.handle(), verified.link());
        let minted = ring.mint_link(handle, link, verified.hard_expires_at());
        assert_eq!(minted.expose(), input.text);
    }
    assert_eq!(ring.verify_ticket(input.text, now), Err(TokenError::Invalid), "none was minted");

    let (handle, link) = (RequestHandle::from_bytes(input.handle), LinkNo::new(input.link));
    let token = ring.mint_link(handle, link, at(input.ends_at));
    let text = token.expose();
    // Near the epoch there are no earlier seconds to choose from.
    assert!(input.ends_at < 32 || text.ends_with(|last: char| last.is_ascii_alphanumeric()));
    match ring.verify_link(text, now) {
        Ok(verified) => {
            assert!(input.now < input.ends_at);
            assert_eq!((verified.handle(), verified.link()), (handle, link));
            let earlier = at(input.ends_at).seconds_since(verified.hard_expires_at());
            assert!((0..32).contains(&earlier), "{earlier} seconds");
        }
        Err(error) => {
            assert!(input.now >= input.ends_at.saturating_sub(31));
            assert_eq!(error, TokenError::Expired);
        }
    }
    assert_eq!(ring.verify_ticket(text, now), Err(TokenError::Invalid), "a link is no ticket");

    assert!(ring.repair_link(text).is_none(), "it is whole");
    assert_eq!(ring.repair_link(&format!("{text}. {}", input.text)), Some(token.clone()));
    if let Some(found) = ring.repair_link(input.text) {
        // The token may have expired.
        assert_ne!(ring.verify_link(found.expose(), now), Err(TokenError::Invalid));
    }

    let changed: String = text
        .chars()
        .enumerate()
        .map(
            |(place, letter)| {
                if place == usize::from(input.place) % text.len() { input.letter } else { letter }
            },
        )
        .collect();
    if changed != text {
        assert_eq!(ring.verify_link(&changed, Timestamp::EPOCH), Err(TokenError::Invalid));
    }
});
