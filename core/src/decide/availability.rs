use super::Context;
use super::draft::patron_quota;
use crate::model::attachment::Attachment;
use crate::model::budget::BudgetName;
use crate::model::delivery::DeliveryUsage;
use crate::model::facts::Facts;
use crate::model::limit::has_room;
use crate::model::link::Audience;
use crate::model::policy::Policy;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// Whether a file may be claimed now.
///
/// Another claim may come first, so claiming an open file may still be refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two variants cover every case")]
pub enum Availability {
    /// The file may be claimed.
    Open,
    /// The file may not be claimed, for the reason given by the refusal.
    Refused(Refusal),
}

impl From<Result<(), Refusal>> for Availability {
    fn from(result: Result<(), Refusal>) -> Self {
        result.map_or_else(Self::Refused, |()| Self::Open)
    }
}

impl Availability {
    /// Returns whether the file may be claimed now or, without anyone's decision, later.
    pub(super) const fn is_open_or_opens(&self) -> bool {
        match self {
            Self::Open => true,
            Self::Refused(refusal) => {
                matches!(refusal, Refusal::NotYetValid { .. } | Refusal::OverQuota { .. })
            }
        }
    }
}

/// The usage of one budget of an attachment's current version.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetUsage {
    /// The budget.
    pub name: BudgetName,
    /// The number of downloads counted.
    pub used: u32,
    /// The total number of downloads, including extra downloads that were granted.
    pub limit: u32,
    /// The number of downloads left.
    pub left: u32,
    /// The number of extra downloads that may still be granted under the profile.
    pub grantable: u32,
    /// When the latest claim was counted; `None` if none was.
    pub last_used_at: Option<Timestamp>,
}

impl BudgetUsage {
    pub(super) fn of(
        usage: &DeliveryUsage,
        attachment: &Attachment,
        name: BudgetName,
        policy: &Policy,
    ) -> Self {
        let budget = usage.budget(attachment.no, attachment.current().no, name);
        let allowance = policy.allowance(name, attachment.terms.max_downloads);
        Self {
            name,
            used: budget.used,
            limit: budget.limit(allowance),
            left: budget.left(allowance),
            grantable: policy.max_granted.saturating_sub(budget.granted),
            last_used_at: budget.last_used_at,
        }
    }

    /// Returns the budget that an audience spends; `None` if its downloads are free.
    pub(super) fn of_audience(
        usage: &DeliveryUsage,
        attachment: &Attachment,
        audience: Audience,
        policy: &Policy,
    ) -> Option<Self> {
        let name = policy.budget_of(audience)?;
        Some(Self::of(usage, attachment, name, policy))
    }
}

/// Checks that the current version of an attachment may be claimed at an instant. `budget` is
/// `None` for free downloads.
///
/// # Errors
/// The refusals of [`within_terms`], and [`Refusal::Exhausted`] if the budget is spent.
pub(super) fn may_claim(
    attachment: &Attachment,
    budget: Option<&BudgetUsage>,
    at: Timestamp,
) -> Result<(), Refusal> {
    within_terms(attachment, at)?;
    match budget {
        Some(&BudgetUsage { left: 0, limit, last_used_at, .. }) => {
            Err(Refusal::Exhausted { limit, since: last_used_at })
        }
        _ => Ok(()),
    }
}

/// Checks that the daily quota of the request's patron has room for one more download through a
/// link of `audience`, if the context knows how many were counted.
///
/// # Errors
/// [`Refusal::OverQuota`].
pub(super) fn within_quota(
    facts: &Facts,
    audience: Audience,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    if audience == Audience::Patron
        && let Some(used) = context.patron_downloads
        && let Some((quota, limit)) = patron_quota(facts, context.policy, context.now)
        && !has_room(used, 1, Some(limit))
    {
        return Err(quota.refusal(used, limit));
    }
    Ok(())
}

/// Checks that the requester's staff may preview an attachment: the profile includes free previews,
/// and the attachment is within its terms.
///
/// # Errors
/// [`Refusal::NoFreePreview`], or the refusals of [`within_terms`].
pub(super) fn may_preview(attachment: &Attachment, context: &Context<'_>) -> Result<(), Refusal> {
    if context.policy.free_preview {
        within_terms(attachment, context.now)
    } else {
        Err(Refusal::NoFreePreview)
    }
}

/// Checks that an instant lies within the terms of an attachment. If the terms have ended and have
/// also not begun, the error reports the end.
///
/// # Errors
/// [`Refusal::Purged`], [`Refusal::Expired`] or [`Refusal::NotYetValid`].
fn within_terms(attachment: &Attachment, at: Timestamp) -> Result<(), Refusal> {
    if let Some(since) = attachment.purged_at {
        return Err(Refusal::Purged { since });
    }
    if let Some(since) = attachment.expires_at.filter(|end| at >= *end) {
        return Err(Refusal::Expired { since });
    }
    match attachment.terms.not_before {
        Some(from) if at < from => Err(Refusal::NotYetValid { from }),
        _ => Ok(()),
    }
}
