use super::Context;
use super::draft::{Decision, Draft};
use crate::model::claim::ClaimIdentity;
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::ClaimNo;
use crate::model::link::{Audience, Link};
use crate::model::refusal::Refusal;

/// The maximum number of refunds per attachment.
const MAX_GIVEN_BACK: u8 = 3;

/// Refunds a claim because our side failed before the first byte was sent; returns whether the
/// claim was refunded.
///
/// At most three claims are refunded per attachment, so that a failing disk does not lift the
/// limit; later claims stay counted. A refund ends the claim's ticket, and claiming again counts as
/// a new download.
///
/// # Errors
/// [`Refusal::Unknown`] if there is no such claim, or if it was already refunded.
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
    // The page shown before the claim stays valid if no later claim was made.
    if let ClaimIdentity::Ordinal(ordinal) = claim.identity {
        for made in &mut usage.page_claims {
            if made.link == claim.link
                && made.attachment == claim.attachment
                && made.count == ordinal
            {
                made.count -= 1;
            }
        }
    }
    // A revoked link may belong to an earlier patron, whose claims were counted separately.
    let is_patrons = |link: &Link| link.audience == Audience::Patron && link.revoked_at.is_none();
    let by_patron = delivery.record.link(claim.link).is_some_and(is_patrons);
    if by_patron {
        draft.charge_patron(-1, claim.claimed_at);
    }
    let what = EventKind::Refunded { claim: no, attachment: claim.attachment };
    draft.add_event_of_version(what, claim.version);
    Ok(draft.finish(true))
}
