use crate::model::ids::{AttachmentNo, VersionNo};
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// The budget that pays for a download.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BudgetName {
    /// The budget of the partner library.
    Partner,
    /// The budget of the patron.
    Patron,
    /// One budget for all audiences.
    Shared,
    /// The budget of the requester's staff.
    Staff,
}

/// The usage of one budget for one attachment version.
///
/// The initial allowance comes from the terms and the policy, so that changing them does not change
/// the budget. A budget that is not stored is unused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "plain counters, built by adapters' tests too")]
pub struct Budget {
    /// The attachment.
    #[serde(rename = "a")]
    pub attachment: AttachmentNo,
    /// Its version.
    #[serde(rename = "v")]
    pub version: VersionNo,
    /// Which budget it is.
    #[serde(rename = "n")]
    pub name: BudgetName,
    /// The number of claims counted and not refunded.
    #[serde(rename = "u")]
    pub used: u32,
    /// The number of downloads granted in addition to the terms.
    #[serde(rename = "g", default)]
    pub granted: u32,
    /// When the latest claim was counted; `None` if there is none.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

impl Budget {
    /// Creates an unused budget.
    #[must_use]
    pub const fn unspent(attachment: AttachmentNo, version: VersionNo, name: BudgetName) -> Self {
        Self { attachment, version, name, used: 0, granted: 0, last_used_at: None }
    }

    /// Returns the total number of downloads for an initial allowance.
    #[must_use]
    pub const fn limit(&self, allowance: u32) -> u32 {
        allowance.saturating_add(self.granted)
    }

    /// Returns the number of downloads left. 0 if the limit was lowered below the number used.
    #[must_use]
    pub const fn left(&self, allowance: u32) -> u32 {
        self.limit(allowance).saturating_sub(self.used)
    }
}
