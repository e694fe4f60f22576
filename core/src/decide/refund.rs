use super::Context;
use super::draft::{Decision, Draft};
use crate::model::claim::ClaimIdentity;
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::ClaimNo;
use crate::model::link::{Audience, Link};
use crate::model::refusal::Refusal;

/// How often claims on one attachment are given back.
const MAX_GIVEN_BACK: u8 = 3;

/// Gives a claim back, because our side failed before the first byte was sent; answers whether.
///
/// That happens at most three times for an attachment: after that a count stays, so that a failing
/// disk is no way around the limit. The claim's ticket ends, and claiming again counts anew.
///
/// # Errors
/// [`Refusal::Unknown`] where there is no such claim, or it was given back already.
pub fn refund(
    delivery: &Delivery,
    no: ClaimNo,
    context: &Context<'_>,
) -> Result<Decision<bool>, Refusal> {
    let claim = delivery.usage.claim(no).ok_or(Refusal::Unknown)?;
    let mut draft = Draft::of(delivery, context);
    let given = delivery
        .usage
        .refunded
        .iter()
        .find(|(attachment, _)| *attachment == claim.attachment)
        .map_or(0, |(_, times)| *times);
    if given >= MAX_GIVEN_BACK {
        return Ok(draft.finish(false));
    }
    let usage = draft.usage_mut();
    usage.refunded.retain(|(attachment, _)| *attachment != claim.attachment);
    usage.refunded.push((claim.attachment, given + 1));
    usage.claims.retain(|other| other.no != no);
    for budget in &mut usage.budgets {
        if budget.attachment == claim.attachment
            && budget.version == claim.version
            && Some(budget.name) == claim.budget
        {
            budget.used = budget.used.saturating_sub(1);
        }
    }
    // The page that was shown before the claim stays good, if no later claim was made.
    if let ClaimIdentity::Ordinal(ordinal) = claim.identity {
        for made in &mut usage.made {
            if made.link == claim.link
                && made.attachment == claim.attachment
                && made.count == ordinal
            {
                made.count -= 1;
            }
        }
    }
    // A revoked link may be that of an earlier patron, whose count is not the present one's.
    let is_patrons = |link: &Link| link.audience == Audience::Patron && link.revoked_at.is_none();
    let by_patron = delivery.record.link(claim.link).is_some_and(is_patrons);
    if by_patron {
        draft.charge_patron(-1, claim.claimed_at);
    }
    let what = EventKind::Refunded { claim: no, attachment: claim.attachment };
    draft.add_event_of_version(what, claim.version);
    Ok(draft.finish(true))
}
