//! The tokens of links and tickets, the minimum cost of signing them, and a JSON Web Token with the
//! same content.

use crate::scene::keys;
use desktop_delivery::delivery::{Claim, ClaimIdentity};
use desktop_delivery::ids::{ClaimNo, LinkNo, VersionNo};
use desktop_delivery::token::{LinkToken, TicketToken};
use desktop_delivery::{AttachmentNo, KeyRing, RequestHandle, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::hint::black_box;

/// The time at which tokens are minted and verified.
pub const NOW: Timestamp = Timestamp::from_seconds(1_795_466_792);
const HANDLE: RequestHandle = RequestHandle::from_bytes([0x5a, 0x1f, 0, 0xc0, 0xff, 0xee, 4, 0x17]);

/// Mints and verifies tokens.
#[derive(Debug)]
pub struct Tokens {
    keys: KeyRing,
    claim: Claim,
}

impl Tokens {
    /// Creates the keys.
    #[must_use]
    pub fn new() -> Self {
        Self { keys: keys(), claim: claim() }
    }

    /// Mints a link token.
    #[must_use]
    pub fn mint_link(&self) -> LinkToken {
        self.keys.mint_link(black_box(HANDLE), LinkNo::new(3), NOW.plus_days(400))
    }

    /// Mints a ticket.
    #[must_use]
    pub fn mint_ticket(&self) -> TicketToken {
        self.keys.mint_ticket(black_box(HANDLE), &self.claim)
    }

    /// Verifies a link token.
    #[must_use]
    pub fn verify_link(&self, token: &str) -> bool {
        self.keys.verify_link(black_box(token), NOW).is_ok()
    }

    /// Verifies a ticket.
    #[must_use]
    pub fn verify_ticket(&self, ticket: &str) -> bool {
        self.keys.verify_ticket(black_box(ticket), NOW).is_ok()
    }
}

impl Default for Tokens {
    fn default() -> Self {
        Self::new()
    }
}

fn claim() -> Claim {
    // Deserialized as a ledger would, because there is no constructor.
    let identity = ClaimIdentity::Ordinal(1);
    let stored = serde_json::json!({
        "n": ClaimNo::new(7), "l": LinkNo::new(3), "a": AttachmentNo::new(1),
        "v": VersionNo::new(1), "i": identity, "t": NOW, "e": NOW.plus_seconds(7_200),
    });
    serde_json::from_value(stored).expect("a claim")
}

/// Computes two dependent SHA-256 compressions: the minimum cost of an HMAC whose key blocks are
/// already compressed.
#[must_use]
pub fn two_compressions() -> [u32; 8] {
    let mut state = black_box([0x6a09_e667; 8]);
    let mut block = black_box([0x5a; 64]);
    sha2::block_api::compress256(&mut state, &[block]);
    for (bytes, word) in block.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    let mut outer = black_box([0x510e_527f; 8]);
    sha2::block_api::compress256(&mut outer, &[block]);
    outer
}

/// The same content as a JSON Web Token (RFC 7519) with HS256.
pub struct Jwt {
    sign: EncodingKey,
    verify: DecodingKey,
    validation: Validation,
}

#[derive(Serialize, Deserialize)]
struct Content {
    handle: String,
    link: u16,
    exp: i64,
}

impl Jwt {
    /// Creates the keys.
    #[must_use]
    pub fn new() -> Self {
        let secret = [1; 32];
        Self {
            sign: EncodingKey::from_secret(&secret),
            verify: DecodingKey::from_secret(&secret),
            validation: Validation::new(Algorithm::HS256),
        }
    }

    /// Mints a token.
    ///
    /// # Panics
    /// If the content cannot be serialized, which does not happen.
    #[must_use]
    pub fn mint(&self) -> String {
        let content = Content {
            handle: black_box(HANDLE).to_string(),
            link: 3,
            // The library reads the clock itself.
            exp: 4_000_000_000,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &content, &self.sign)
            .expect("it is serializable")
    }

    /// Verifies a token.
    #[must_use]
    pub fn verify(&self, token: &str) -> bool {
        jsonwebtoken::decode::<Content>(black_box(token), &self.verify, &self.validation).is_ok()
    }
}

impl Default for Jwt {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Jwt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Jwt(..)")
    }
}
