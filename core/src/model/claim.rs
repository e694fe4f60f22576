use crate::model::budget::BudgetName;
use crate::model::ids::{AttachmentNo, ClaimNo, IdempotencyHash, LinkNo, VersionNo};
use crate::model::timestamp::{MAX_CLOCK_SKEW_SECONDS, Timestamp};
use serde::{Deserialize, Serialize};

/// The identity of a claim, by which repeats are recognized.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimIdentity {
    /// The keyed hash of an API caller's `Idempotency-Key`; remembered for [`KEY_SECONDS`].
    #[serde(rename = "k")]
    Key(IdempotencyHash),
    /// The page's "claims so far + 1" for this link and attachment, from 1.
    #[serde(rename = "o")]
    Ordinal(u32),
}

/// How long a claim is remembered after it was made, in seconds (24 hours), or as long as its ticket
/// may be open in any process, if that is longer.
pub const KEY_SECONDS: i64 = 86_400;

/// How long a claim from a page is kept after its ticket has ended, in seconds. A transfer that
/// began just before may still fail, and the claim is then refunded.
const GRACE_SECONDS: i64 = 600;

/// A counted download that is still needed to recognize repeats.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Its number within the request.
    #[serde(rename = "n")]
    pub no: ClaimNo,
    /// The link it was made with.
    #[serde(rename = "l")]
    pub link: LinkNo,
    /// The attachment.
    #[serde(rename = "a")]
    pub attachment: AttachmentNo,
    /// The version of the attachment.
    #[serde(rename = "v")]
    pub version: VersionNo,
    /// The budget that paid for it; `None` if downloads are free.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetName>,
    /// The identity by which repeats are recognized.
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
    /// Returns whether its ticket still gives access to the file.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        now < self.ends_at
    }

    /// Returns the first instant at which its ticket has ended in every process, even in one whose
    /// clock is behind.
    #[must_use]
    pub const fn ends_everywhere_at(&self) -> Timestamp {
        self.ends_at.plus_seconds(MAX_CLOCK_SKEW_SECONDS)
    }

    /// Returns whether the claim can be dropped: its ticket has ended everywhere, and it is not
    /// needed to recognize a repeat. Repeats of a page's claim are recognized by their ordinal forever.
    #[must_use]
    pub fn is_forgettable(&self, now: Timestamp) -> bool {
        match self.identity {
            ClaimIdentity::Key(_) => {
                now >= self.ends_everywhere_at()
                    && now.seconds_since(self.claimed_at) >= KEY_SECONDS
            }
            ClaimIdentity::Ordinal(_) => now.seconds_since(self.ends_at) >= GRACE_SECONDS,
        }
    }
}
