use crate::model::ids::{AttachmentNo, VersionNo};
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Names whose downloads a budget pays for.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BudgetName {
    /// The partner library's own.
    Partner,
    /// The patron's own.
    Patron,
    /// One for all audiences.
    Shared,
    /// The requester's staff's own.
    Staff,
}

/// Counts what was spent and granted of one attachment version, for one [`BudgetName`].
///
/// What it starts with stands in the terms and the policy, so that a change of terms needs no
/// change here. A budget that is not stored has spent and been granted nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "plain counters, built by adapters' tests too")]
pub struct Budget {
    /// The attachment.
    #[serde(rename = "a")]
    pub attachment: AttachmentNo,
    /// Its version.
    #[serde(rename = "v")]
    pub version: VersionNo,
    /// Whose downloads.
    #[serde(rename = "n")]
    pub name: BudgetName,
    /// Claims counted and not given back.
    #[serde(rename = "u")]
    pub used: u32,
    /// Downloads granted on top of the terms.
    #[serde(rename = "g", default)]
    pub granted: u32,
    /// When the newest claim was counted; `None` where none was.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

impl Budget {
    /// A budget of which nothing is spent.
    #[must_use]
    pub const fn unspent(attachment: AttachmentNo, version: VersionNo, name: BudgetName) -> Self {
        Self { attachment, version, name, used: 0, granted: 0, last_used_at: None }
    }

    /// Everything that may be spent, where terms and policy start it with `allowance`.
    #[must_use]
    pub const fn limit(&self, allowance: u32) -> u32 {
        allowance.saturating_add(self.granted)
    }

    /// What is left to spend; 0 also where a lowered limit is below what was used.
    #[must_use]
    pub const fn left(&self, allowance: u32) -> u32 {
        self.limit(allowance).saturating_sub(self.used)
    }
}
