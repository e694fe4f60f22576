use super::Context;
use super::availability::{BudgetUsage, may_claim};
use super::draft::{Decision, Draft};
use super::openings::{opens, still_fetched};
use crate::model::attachment::Attachment;
use crate::model::claim::{Claim, ClaimIdentity};
use crate::model::delivery::{Delivery, PageClaims};
use crate::model::event::EventKind;
use crate::model::ids::{AttachmentNo, ClaimNo, LinkNo};
use crate::model::link::{Audience, Link};
use crate::model::refusal::Refusal;

/// Claims one download by a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever calls the rule makes it")]
pub struct ClaimCommand {
    /// The link, proven by its token or by a session.
    pub link: LinkNo,
    /// What is claimed.
    pub attachment: AttachmentNo,
    /// What a repeat of this very claim looks like.
    pub identity: ClaimIdentity,
    /// Whether the copyright notice was acknowledged.
    pub acknowledged: bool,
    /// The version of the copyright notice that was shown; recorded in the history.
    pub copyright_version: Option<u32>,
}

/// Tells whether a download was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third")]
pub enum Claimed {
    /// It was, by this claim.
    Counted(Claim),
    /// It was counted before, by this claim, whose ticket is still open.
    Repeated(Claim),
}

impl Claimed {
    /// The claim.
    #[must_use]
    pub const fn claim(&self) -> &Claim {
        match self {
            Self::Counted(claim) | Self::Repeated(claim) => claim,
        }
    }
}

/// Counts one download, or recognizes that it was counted.
///
/// # Errors
/// [`Refusal::Ended`] where this very claim was counted and its ticket has ended;
/// [`Refusal::Replaced`] where what it opened was the wrong document;
/// [`Refusal::Stale`] where the page is older than the last claim that was given back or makes up
/// a number; [`Refusal::Exhausted`] and [`Refusal::OverQuota`] where nothing is left;
/// [`Refusal::Unacknowledged`]; and every refusal with which the page of the link answers.
pub fn claim(
    delivery: &Delivery,
    command: &ClaimCommand,
    context: &Context<'_>,
) -> Result<Decision<Claimed>, Refusal> {
    let link = opens(&delivery.record, command.link, context.now)?;
    let mut draft = Draft::of(delivery, context);
    let attachment = draft.live(command.attachment)?.clone();
    if !command.acknowledged {
        return Err(Refusal::Unacknowledged);
    }
    if let Some(claim) = recognize(delivery, command, context)? {
        return Ok(draft.finish(Claimed::Repeated(claim)));
    }
    let claim = count(&mut draft, link, &attachment, command, context)?;
    Ok(draft.finish(Claimed::Counted(claim)))
}

/// The earlier claim that this one repeats; `None` where it is a new one.
fn recognize(
    delivery: &Delivery,
    command: &ClaimCommand,
    context: &Context<'_>,
) -> Result<Option<Claim>, Refusal> {
    let usage = &delivery.usage;
    let (link, attachment) = (command.link, command.attachment);
    if let Some(claim) = usage.repeated(link, attachment, command.identity) {
        if claim.is_open(context.now) {
            // What was replaced as the wrong document is not given again either.
            still_fetched(&delivery.record, claim.attachment, claim.version)?;
            return Ok(Some(claim.clone()));
        }
        // A key is remembered for so long and no longer, whether it is swept yet or not.
        if !claim.is_forgettable(context.now) || matches!(claim.identity, ClaimIdentity::Ordinal(_))
        {
            return Err(Refusal::Ended { since: claim.ends_at });
        }
    }
    if let ClaimIdentity::Ordinal(ordinal) = command.identity {
        let made = usage.made(link, attachment);
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

/// Grants the claim if terms, quota and budget allow it.
fn count(
    draft: &mut Draft<'_>,
    link: &Link,
    attachment: &Attachment,
    command: &ClaimCommand,
    context: &Context<'_>,
) -> Result<Claim, Refusal> {
    let (now, policy) = (context.now, context.policy);
    let version = attachment.current().no;
    let budget = BudgetUsage::of_audience(draft.usage(), attachment, link.audience, policy);
    may_claim(attachment, budget.as_ref(), now)?;
    let budget = budget.map(|budget| budget.name);
    if let Some(name) = budget {
        let budget = draft.usage_mut().budget_mut(attachment.no, version, name);
        budget.used += 1;
        budget.last_used_at = Some(now);
    }
    if link.audience == Audience::Patron {
        draft.charge_patron(1, now);
    }
    let usage = draft.usage_mut();
    usage.last_claim += 1;
    let claim = Claim {
        no: ClaimNo::new(usage.last_claim),
        link: link.no,
        attachment: attachment.no,
        version,
        budget,
        identity: command.identity,
        claimed_at: now,
        ends_at: now.plus_seconds(i64::from(policy.ticket_seconds)),
    };
    if let ClaimIdentity::Ordinal(_) = command.identity {
        let ends_at = claim.ends_at;
        match usage.made.iter_mut().find(|m| m.link == link.no && m.attachment == attachment.no) {
            Some(made) => {
                made.count += 1;
                made.last_end = ends_at;
            }
            None => usage.made.push(PageClaims {
                link: link.no,
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
        link: link.no,
        audience: link.audience,
        copyright_version: command.copyright_version,
    });
    Ok(claim)
}
