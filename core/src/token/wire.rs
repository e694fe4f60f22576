//! The tag, encoding and numbers shared by both tokens.

use super::key_ring::SigningKey;
use crate::model::timestamp::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac as _;

/// The length of the tag in bytes: 136 bits, so that payload and tag together are a multiple of
/// three.
pub(super) const TAG: usize = 17;

/// Signs `payload` in place: the last [`TAG`] bytes of `raw` become the tag of the preceding bytes.
pub(super) fn seal(key: &SigningKey, raw: &mut [u8]) {
    let (payload, tag) = raw.split_at_mut(raw.len() - TAG);
    let mut mac = key.mac();
    mac.update(payload);
    tag.copy_from_slice(&mac.finalize().into_bytes()[..TAG]);
}

/// Writes `end`, seals `raw` and encodes it. Reduces `end` by whole seconds until the text ends in
/// a letter or a digit; returns the text and the end that it contains.
pub(super) fn seal_for_copying<const RAW: usize, const TEXT: usize>(
    key: &SigningKey,
    raw: &mut [u8; RAW],
    end_at: usize,
    end: Timestamp,
) -> ([u8; TEXT], Timestamp) {
    let last = u32::from_be_bytes(seconds_to_bytes(end));
    let mut text = [0; TEXT];
    // One text in 32 needs a second try. That all of these fail is less likely than a forged tag.
    for earlier in 0..32 {
        raw[end_at..end_at + 4].copy_from_slice(&last.saturating_sub(earlier).to_be_bytes());
        seal(key, raw);
        text = encode(raw);
        if text[TEXT - 1].is_ascii_alphanumeric() {
            break;
        }
    }
    (text, seconds_from_bytes(cut(raw, end_at)))
}

/// Returns the characters of an encoded token.
pub(super) fn token_text(text: &[u8]) -> &str {
    std::str::from_utf8(text).unwrap_or_default()
}

/// Returns whether the last [`TAG`] bytes of `raw` are the tag of the preceding bytes, in constant
/// time.
pub(super) fn is_sealed(key: &SigningKey, raw: &[u8]) -> bool {
    let (payload, tag) = raw.split_at(raw.len() - TAG);
    let mut mac = key.mac();
    mac.update(payload);
    mac.verify_truncated_left(tag).is_ok()
}

/// Encodes `raw` as URL-safe base64 (RFC 4648 §5) without padding.
pub(super) fn encode<const RAW: usize, const TEXT: usize>(raw: &[u8; RAW]) -> [u8; TEXT] {
    let mut text = [0; TEXT];
    let written = URL_SAFE_NO_PAD.encode_slice(raw, &mut text);
    debug_assert_eq!(written, Ok(TEXT), "three bytes make four characters");
    text
}

/// Decodes the output of [`encode`] and rejects anything else.
pub(super) fn decode<const RAW: usize>(text: &str) -> Option<[u8; RAW]> {
    if text.len() != RAW / 3 * 4 {
        return None;
    }
    let mut raw = [0; RAW];
    match URL_SAFE_NO_PAD.decode_slice(text, &mut raw) {
        Ok(written) if written == RAW => Some(raw),
        _ => None,
    }
}

/// Encodes an instant as four bytes of seconds. Instants after the year 2106 are stored as its
/// maximum.
pub(super) fn seconds_to_bytes(instant: Timestamp) -> [u8; 4] {
    u32::try_from(instant.as_seconds()).unwrap_or(u32::MAX).to_be_bytes()
}

pub(super) fn seconds_from_bytes(bytes: [u8; 4]) -> Timestamp {
    Timestamp::from_seconds(i64::from(u32::from_be_bytes(bytes)))
}

/// Returns `N` bytes of a token at a fixed offset.
pub(super) fn cut<const N: usize>(raw: &[u8], at: usize) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(&raw[at..at + N]);
    bytes
}
