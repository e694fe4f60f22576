use crate::model::budget::BudgetName;
use crate::model::ids::{AttachmentNo, ClaimNo, IdempotencyHash, LinkNo, VersionNo};
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Tells one counted download from another, so that a repeat is recognized.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimIdentity {
    /// An API caller's `Idempotency-Key`, hashed; remembered for [`KEY_SECONDS`].
    #[serde(rename = "k")]
    Key(IdempotencyHash),
    /// The page's "claims so far + 1" for this link and attachment, from 1.
    #[serde(rename = "o")]
    Ordinal(u32),
}

/// How long a claim is remembered, seconds: 24 hours from the claim.
pub const KEY_SECONDS: i64 = 86_400;

/// How long a page's claim is kept after its ticket has ended, seconds: a transfer that began just
/// before may still fail, and the claim is then given back.
const GRACE_SECONDS: i64 = 600;

/// Records one counted download while a repeat of it can still be recognized.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Its number within the request.
    #[serde(rename = "n")]
    pub no: ClaimNo,
    /// The link that it came by.
    #[serde(rename = "l")]
    pub link: LinkNo,
    /// What was claimed.
    #[serde(rename = "a")]
    pub attachment: AttachmentNo,
    /// Which version of it.
    #[serde(rename = "v")]
    pub version: VersionNo,
    /// Whose budget paid; `None` where downloads are free.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetName>,
    /// What a repeat of it looks like.
    #[serde(rename = "i")]
    pub identity: ClaimIdentity,
    /// When it was granted.
    #[serde(rename = "t")]
    pub claimed_at: Timestamp,
    /// The end of its ticket, exclusive.
    #[serde(rename = "e")]
    pub ends_at: Timestamp,
}

impl Claim {
    /// Whether its ticket still opens the file.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        now < self.ends_at
    }

    /// Whether it can be dropped: its ticket has ended, and it is no longer needed to recognize a
    /// repeat. A repeat of a page's claim is recognized by its ordinal alone, for good.
    #[must_use]
    pub fn is_forgettable(&self, now: Timestamp) -> bool {
        match self.identity {
            ClaimIdentity::Key(_) => {
                !self.is_open(now) && now.seconds_since(self.claimed_at) >= KEY_SECONDS
            }
            ClaimIdentity::Ordinal(_) => now.seconds_since(self.ends_at) >= GRACE_SECONDS,
        }
    }
}
