use super::KeyRing;
use super::repair::repaired;
use super::wire::{TAG, cut, decode, is_sealed, seal_for_copying, seconds_from_bytes, token_text};
use crate::model::claim::Claim;
use crate::model::ids::{AttachmentNo, ClaimNo, RequestHandle, VersionNo};
use crate::model::timestamp::Timestamp;
use crate::token::TokenError;
use std::fmt;

/// Version 1, purpose ticket.
const KIND: u8 = 0x12;
const RAW: usize = 22 + TAG;
const TEXT: usize = 52;

/// The bearer token of a ticket: 39 signed bytes as 52 characters of URL-safe base64.
///
/// ```text
///  0      1      2          10          14           16        18         22           39
///  +------+------+----------+-----------+------------+---------+----------+------------+
///  | 0x12 | key  | handle   | claim no. | attachment | version | end      | tag        |
///  | 1    | 1    | 8        | 4         | 2          | 2       | 4, s UTC | 17         |
///  +------+------+----------+-----------+------------+---------+----------+------------+
/// ```
/// Numbers are big-endian. The tag is the first 17 bytes of HMAC-SHA-256 (RFC 2104) over the 22
/// bytes before it. Vectors: `docs/reference/tokens.md`. Fuzz target: `token`.
#[derive(Clone, PartialEq, Eq)]
pub struct TicketToken {
    text: [u8; TEXT],
    ends_at: Timestamp,
}

/// Proof that a ticket is genuine and has not ended. Only created by [`KeyRing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifiedTicket {
    handle: RequestHandle,
    claim: ClaimNo,
    attachment: AttachmentNo,
    version: VersionNo,
    ends_at: Timestamp,
}

impl KeyRing {
    /// Signs the ticket of a durable claim. As for [links](Self::mint_link), the end is reduced
    /// until the last character is a letter or a digit.
    #[must_use]
    pub fn mint_ticket(&self, handle: RequestHandle, claim: &Claim) -> TicketToken {
        let mut raw = [0; RAW];
        raw[0] = KIND;
        raw[1] = self.current().id();
        raw[2..10].copy_from_slice(&handle.to_bytes());
        raw[10..14].copy_from_slice(&claim.no.get().to_be_bytes());
        raw[14..16].copy_from_slice(&claim.attachment.get().to_be_bytes());
        raw[16..18].copy_from_slice(&claim.version.get().to_be_bytes());
        let (text, ends_at) = seal_for_copying(self.current(), &mut raw, 18, claim.ends_at);
        TicketToken { text, ends_at }
    }

    /// Verifies a ticket without looking anything up.
    ///
    /// # Errors
    /// [`TokenError::Invalid`] for every token that does not verify; [`TokenError::Expired`] only
    /// for genuine tokens.
    pub fn verify_ticket(&self, text: &str, now: Timestamp) -> Result<VerifiedTicket, TokenError> {
        let raw: [u8; RAW] = decode(text).ok_or(TokenError::Invalid)?;
        let key = self.find(raw[1]).ok_or(TokenError::Invalid)?;
        if raw[0] != KIND || !is_sealed(key, &raw) {
            return Err(TokenError::Invalid);
        }
        let ends_at = seconds_from_bytes(cut(&raw, 18));
        if now >= ends_at {
            return Err(TokenError::Expired);
        }
        Ok(VerifiedTicket {
            handle: RequestHandle::from_bytes(cut(&raw, 2)),
            claim: ClaimNo::new(u32::from_be_bytes(cut(&raw, 10))),
            attachment: AttachmentNo::new(u16::from_be_bytes(cut(&raw, 14))),
            version: VersionNo::new(u16::from_be_bytes(cut(&raw, 16))),
            ends_at,
        })
    }

    /// Returns the genuine ticket in a damaged text, as [`repair_link`](Self::repair_link) does for
    /// links.
    #[must_use]
    pub fn repair_ticket(&self, text: &str) -> Option<TicketToken> {
        let verified = |token: &[u8; TEXT]| self.verify_ticket(token_text(token), Timestamp::EPOCH);
        let text = repaired(text, |token| verified(token) != Err(TokenError::Invalid))?;
        let ends_at = verified(&text).map_or(Timestamp::EPOCH, |token| token.ends_at);
        Some(TicketToken { text, ends_at })
    }
}

impl TicketToken {
    /// Returns the 52 characters. They must only reach the maker of the claim.
    #[must_use]
    pub fn expose(&self) -> &str {
        token_text(&self.text)
    }

    /// Returns the end (exclusive); up to a few seconds before the claim's own.
    #[must_use]
    pub const fn ends_at(&self) -> Timestamp {
        self.ends_at
    }
}

impl fmt::Debug for TicketToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketToken(..)")
    }
}

impl VerifiedTicket {
    /// Returns the request.
    #[must_use]
    pub const fn handle(&self) -> RequestHandle {
        self.handle
    }

    /// Returns the claim that the ticket was issued for.
    #[must_use]
    pub const fn claim(&self) -> ClaimNo {
        self.claim
    }

    /// Returns the attachment.
    #[must_use]
    pub const fn attachment(&self) -> AttachmentNo {
        self.attachment
    }

    /// Returns the version of the attachment.
    #[must_use]
    pub const fn version(&self) -> VersionNo {
        self.version
    }

    /// Returns the end, exclusive.
    #[must_use]
    pub const fn ends_at(&self) -> Timestamp {
        self.ends_at
    }
}
