use super::KeyRing;
use super::repair::repaired;
use super::wire::{TAG, cut, decode, is_sealed, seal_for_copying, seconds_from_bytes, token_text};
use crate::model::ids::{LinkNo, RequestHandle};
use crate::model::timestamp::Timestamp;
use crate::token::TokenError;
use std::fmt;

/// Version 1, purpose link.
const KIND: u8 = 0x11;
const RAW: usize = 16 + TAG;
const TEXT: usize = 44;

/// The bearer token of a link: 33 signed bytes as 44 characters of URL-safe base64.
///
/// ```text
///  0      1      2              10         12              16                 33
///  +------+------+--------------+----------+---------------+------------------+
///  | 0x11 | key  | handle       | link no. | hard expiry   | tag              |
///  | 1    | 1    | 8            | 2        | 4, s UTC      | 17               |
///  +------+------+--------------+----------+---------------+------------------+
/// ```
/// Numbers are big-endian. The tag is the first 17 bytes of HMAC-SHA-256 (RFC 2104) over the 16
/// bytes before it. 33 is a multiple of three, so each token has exactly one encoding, without
/// padding or spare bits. Vectors: `docs/reference/tokens.md`. Fuzz target: `token`.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken {
    text: [u8; TEXT],
    hard_expires_at: Timestamp,
}

/// Proof that a link token is genuine and has not reached its hard expiry. Only created by
/// [`KeyRing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifiedLink {
    handle: RequestHandle,
    link: LinkNo,
    hard_expires_at: Timestamp,
}

impl KeyRing {
    /// Signs a link token that expires at `hard_expires_at` (exclusive) or a few seconds earlier.
    ///
    /// Email programs exclude a trailing `-` or `_` from the links they detect. The expiry in the
    /// token is therefore reduced by whole seconds until the last character is a letter or a digit;
    /// 31 of 32 tokens need no reduction. The same arguments and key always produce the same token.
    #[must_use]
    pub fn mint_link(
        &self,
        handle: RequestHandle,
        link: LinkNo,
        hard_expires_at: Timestamp,
    ) -> LinkToken {
        let mut raw = [0; RAW];
        raw[0] = KIND;
        raw[1] = self.current().id();
        raw[2..10].copy_from_slice(&handle.to_bytes());
        raw[10..12].copy_from_slice(&link.get().to_be_bytes());
        let (text, hard_expires_at) =
            seal_for_copying(self.current(), &mut raw, 12, hard_expires_at);
        LinkToken { text, hard_expires_at }
    }

    /// Verifies a link token without looking anything up.
    ///
    /// # Errors
    /// [`TokenError::Invalid`] for every token that does not verify; [`TokenError::Expired`] only
    /// for genuine tokens.
    pub fn verify_link(&self, text: &str, now: Timestamp) -> Result<VerifiedLink, TokenError> {
        let raw: [u8; RAW] = decode(text).ok_or(TokenError::Invalid)?;
        let key = self.find(raw[1]).ok_or(TokenError::Invalid)?;
        if raw[0] != KIND || !is_sealed(key, &raw) {
            return Err(TokenError::Invalid);
        }
        let hard_expires_at = seconds_from_bytes(cut(&raw, 12));
        if now >= hard_expires_at {
            return Err(TokenError::Expired);
        }
        Ok(VerifiedLink {
            handle: RequestHandle::from_bytes(cut(&raw, 2)),
            link: LinkNo::new(u16::from_be_bytes(cut(&raw, 10))),
            hard_expires_at,
        })
    }

    /// Returns the genuine token in a text that was damaged by email programs or the clipboard.
    /// Returns `None` if the text has the form of a token or contains no genuine one.
    ///
    /// Removes characters around the token as well as invisible characters and line breaks inside
    /// it, and restores up to two missing `-` or `_` at its end. Changed letters are not repaired.
    /// At most eight signatures are computed, and none for a text in the form of a token. Expired
    /// tokens are repaired too, because the reader then learns the reason.
    #[must_use]
    pub fn repair_link(&self, text: &str) -> Option<LinkToken> {
        let verified = |token: &[u8; TEXT]| self.verify_link(token_text(token), Timestamp::EPOCH);
        let text = repaired(text, |token| verified(token) != Err(TokenError::Invalid))?;
        let hard_expires_at =
            verified(&text).map_or(Timestamp::EPOCH, |token| token.hard_expires_at);
        Some(LinkToken { text, hard_expires_at })
    }
}

impl LinkToken {
    /// Returns the 44 characters. They must only reach the holder of the link.
    #[must_use]
    pub fn expose(&self) -> &str {
        token_text(&self.text)
    }

    /// Returns the hard expiry (exclusive); up to a few seconds before the link's own.
    #[must_use]
    pub const fn hard_expires_at(&self) -> Timestamp {
        self.hard_expires_at
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(..)")
    }
}

impl VerifiedLink {
    /// Returns the request of the link.
    #[must_use]
    pub const fn handle(&self) -> RequestHandle {
        self.handle
    }

    /// Returns the link's number.
    #[must_use]
    pub const fn link(&self) -> LinkNo {
        self.link
    }

    /// Returns the hard expiry, exclusive.
    #[must_use]
    pub const fn hard_expires_at(&self) -> Timestamp {
        self.hard_expires_at
    }
}
