use super::Context;
use super::availability::{BudgetUsage, may_claim};
use super::draft::{Decision, Draft};
use super::issue_link::link_in_draft;
use super::openings::{opens, still_fetched};
use crate::model::attachment::Attachment;
use crate::model::claim::{Claim, ClaimIdentity};
use crate::model::delivery::{Delivery, DeliveryRecord, DeliveryUsage, PageClaims};
use crate::model::event::EventKind;
use crate::model::ids::{AttachmentNo, ClaimNo, LinkNo};
use crate::model::link::Audience;
use crate::model::refusal::Refusal;

/// A claim of one download through a link.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimCommand {
    /// The link, authenticated by its token or by a session.
    pub link: LinkNo,
    /// The attachment.
    pub attachment: AttachmentNo,
    /// The identity by which a repeat of this claim is recognized.
    pub identity: ClaimIdentity,
    /// Whether the copyright notice was acknowledged.
    pub acknowledged: bool,
    /// The version of the copyright notice that was shown; recorded in the history.
    pub copyright_version: Option<u32>,
}

impl ClaimCommand {
    /// Creates a claim without an acknowledgment of the copyright notice.
    #[must_use]
    pub const fn new(link: LinkNo, attachment: AttachmentNo, identity: ClaimIdentity) -> Self {
        Self { link, attachment, identity, acknowledged: false, copyright_version: None }
    }

    /// Sets whether the copyright notice was acknowledged.
    #[must_use]
    pub const fn with_acknowledged(mut self, acknowledged: bool) -> Self {
        self.acknowledged = acknowledged;
        self
    }

    /// Sets the version of the copyright notice that was shown.
    #[must_use]
    pub fn with_copyright_version(mut self, version: impl Into<Option<u32>>) -> Self {
        self.copyright_version = version.into();
        self
    }
}

/// The outcome of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two variants cover every case")]
pub enum Claimed {
    /// The download was counted now, by this claim.
    Counted(Claim),
    /// The download was counted before, by this claim, whose ticket is still open.
    Repeated(Claim),
}

impl Claimed {
    /// Returns the claim.
    #[must_use]
    pub const fn claim(&self) -> &Claim {
        match self {
            Self::Counted(claim) | Self::Repeated(claim) => claim,
        }
    }
}

/// Counts one download, or recognizes a repeat of a claim that was counted before.
///
/// # Errors
/// [`Refusal::Ended`] if this same claim was counted before and its ticket has ended;
/// [`Refusal::Replaced`] if the claim is a repeat and its version was replaced as the wrong
/// document; [`Refusal::Stale`] if the ordinal does not match the claims so far, because the page
/// is older than the last refund or the number is made up; [`Refusal::Exhausted`] or
/// [`Refusal::OverQuota`] if no downloads are left; [`Refusal::Unacknowledged`] if the copyright
/// notice was not acknowledged; and every refusal that closes the link or its attachment.
pub fn claim(
    delivery: &Delivery,
    command: &ClaimCommand,
    context: &Context<'_>,
) -> Result<Decision<Claimed>, Refusal> {
    claim_in(Draft::of(delivery, context), command, context)
}

/// Counts one download for a signed-in member of the requester's staff, who share a link; issues
/// that link if there is none. `command` returns the claim through the link with this number.
///
/// # Errors
/// The refusals of [`issue_link`](super::issue_link) for the requester's staff, and of [`claim`].
pub fn claim_as_staff(
    delivery: &Delivery,
    command: impl FnOnce(LinkNo) -> ClaimCommand,
    context: &Context<'_>,
) -> Result<Decision<Claimed>, Refusal> {
    let (draft, link) = link_in_draft(delivery, Audience::RequesterStaff, context)?;
    claim_in(draft, &command(link), context)
}

fn claim_in(
    mut draft: Draft<'_>,
    command: &ClaimCommand,
    context: &Context<'_>,
) -> Result<Decision<Claimed>, Refusal> {
    let link = opens(draft.record(), command.link, context.now)?;
    let audience = link.audience;
    let attachment = draft.live(command.attachment)?.clone();
    if !command.acknowledged {
        return Err(Refusal::Unacknowledged);
    }
    if let Some(claim) = recognize(draft.record(), draft.usage(), command, context)? {
        return Ok(draft.finish(Claimed::Repeated(claim)));
    }
    let claim = count(&mut draft, audience, &attachment, command, context)?;
    Ok(draft.finish(Claimed::Counted(claim)))
}

/// Returns the earlier claim that this one repeats; `None` if this claim is new.
fn recognize(
    record: &DeliveryRecord,
    usage: &DeliveryUsage,
    command: &ClaimCommand,
    context: &Context<'_>,
) -> Result<Option<Claim>, Refusal> {
    let (link, attachment) = (command.link, command.attachment);
    if let Some(claim) = usage.repeated(link, attachment, command.identity) {
        if claim.is_open(context.now) {
            // A version that was replaced as the wrong document is not served again either.
            still_fetched(record, claim.attachment, claim.version)?;
            return Ok(Some(claim.clone()));
        }
        // A key expires at a fixed time, even if its claim has not been cleaned up yet.
        if !claim.is_forgettable(context.now) || matches!(claim.identity, ClaimIdentity::Ordinal(_))
        {
            return Err(Refusal::Ended { since: claim.ends_at });
        }
    }
    if let ClaimIdentity::Ordinal(ordinal) = command.identity {
        let made = usage.page_claims_of(link, attachment);
        let count = made.map_or(0, |made| made.count);
        return match made {
            _ if ordinal == count.saturating_add(1) => Ok(None),
            Some(made) if (1..=count).contains(&ordinal) => {
                Err(Refusal::Ended { since: made.last_end.min(context.now) })
            }
            _ => Err(Refusal::Stale),
        };
    }
    Ok(None)
}

/// Counts the claim if terms, quota and budget allow it.
fn count(
    draft: &mut Draft<'_>,
    audience: Audience,
    attachment: &Attachment,
    command: &ClaimCommand,
    context: &Context<'_>,
) -> Result<Claim, Refusal> {
    let (now, policy) = (context.now, context.policy);
    let version = attachment.current().no;
    let budget = BudgetUsage::of_audience(draft.usage(), attachment, audience, policy);
    may_claim(attachment, budget.as_ref(), now)?;
    let budget = budget.map(|budget| budget.name);
    if let Some(name) = budget {
        let budget = draft.usage_mut().budget_mut(attachment.no, version, name);
        budget.used += 1;
        budget.last_used_at = Some(now);
    }
    if audience == Audience::Patron {
        draft.charge_patron(1, now);
    }
    let usage = draft.usage_mut();
    usage.last_claim += 1;
    let claim = Claim {
        no: ClaimNo::new(usage.last_claim),
        link: command.link,
        attachment: attachment.no,
        version,
        budget,
        identity: command.identity,
        claimed_at: now,
        ends_at: now.plus_seconds(i64::from(policy.ticket_seconds)),
    };
    if let ClaimIdentity::Ordinal(_) = command.identity {
        let ends_at = claim.ends_at;
        match usage
            .page_claims
            .iter_mut()
            .find(|m| m.link == command.link && m.attachment == attachment.no)
        {
            Some(made) => {
                made.count += 1;
                made.last_end = ends_at;
            }
            None => usage.page_claims.push(PageClaims {
                link: command.link,
                attachment: attachment.no,
                count: 1,
                last_end: ends_at,
            }),
        }
    }
    usage.claims.push(claim.clone());
    draft.add_event(EventKind::Claimed {
        claim: claim.no,
        attachment: attachment.no,
        version,
        link: command.link,
        audience,
        copyright_version: command.copyright_version,
    });
    Ok(claim)
}
