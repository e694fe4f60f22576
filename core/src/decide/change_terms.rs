use super::draft::{Decision, Draft};
use super::grant::answer_asks;
use super::{Context, over};
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::AttachmentNo;
use crate::model::limit::Limit;
use crate::model::policy::Policy;
use crate::model::refusal::Refusal;
use crate::model::terms::{Expiry, Terms};
use crate::model::timestamp::Timestamp;
use crate::model::zone::Zone;

/// A change to an attachment's terms: how often and how long it may be downloaded.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsChange {
    /// The attachment.
    pub attachment: AttachmentNo,
    /// The new terms.
    pub terms: Terms,
    /// The reason, for the audit.
    pub why: String,
}

impl TermsChange {
    /// Creates a change to new terms, with the reason for the audit.
    #[must_use]
    pub fn new(attachment: AttachmentNo, terms: Terms, why: impl Into<String>) -> Self {
        Self { attachment, terms, why: why.into() }
    }
}

/// Changes an attachment's terms; returns the terms that now apply.
///
/// The download limit never falls below the downloads already used: a smaller number is raised to
/// that. People who requested an extension and can download again are notified.
///
/// # Errors
/// [`Refusal::OverLimit`] beyond what the policy allows; [`Refusal::PastEnd`] for a new end that
/// has passed; [`Refusal::Removed`], [`Refusal::Purged`] or [`Refusal::Unknown`] if there is no
/// such attachment; the refusal for a request that is over; [`Refusal::Forbidden`] for the
/// requester's staff; [`Refusal::Unknown`] for strangers.
pub fn change_terms(
    delivery: &Delivery,
    command: &TermsChange,
    context: &Context<'_>,
) -> Result<Decision<Terms>, Refusal> {
    context.supplier(&delivery.record)?;
    over(&delivery.record)?;
    let mut draft = Draft::of(delivery, context);
    let attachment = draft.live(command.attachment)?;
    let (before, version) = (attachment.terms, attachment.current().no);
    let (shipped_at, ended_at) = (attachment.shipped_at, attachment.expires_at);
    let from = shipped_at.unwrap_or(context.now);
    check_terms(&command.terms, from, &delivery.record.zone, context)?;
    if command.terms.expiry != before.expiry {
        not_over(&command.terms, from, &delivery.record.zone, context)?;
    }
    let used = delivery
        .usage
        .budgets
        .iter()
        .filter(|budget| budget.attachment == command.attachment && budget.version == version)
        .filter(|budget| context.policy.is_of_terms(budget.name))
        .map(|budget| budget.used.saturating_sub(budget.granted))
        .max()
        .unwrap_or(0);
    let mut terms = command.terms;
    terms.max_downloads = terms.max_downloads.max(used);
    if terms != before {
        let zone = delivery.record.zone.clone();
        if let Some(attachment) = draft.attachment_mut(command.attachment) {
            attachment.terms = terms;
            // Extra days that were granted are kept, unless the change is to the days.
            if terms.expiry != before.expiry {
                attachment.expires_at = shipped_at.map(|from| terms.expiry.resolve(from, &zone));
                attachment.expiry_recorded = attachment.is_expired(context.now);
            }
        }
        let ends_at = draft.live(command.attachment)?.expires_at;
        let why = command.why.clone();
        draft.add_event(EventKind::TermsChanged {
            attachment: command.attachment,
            before,
            after: terms,
            why,
        });
        if terms.max_downloads > before.max_downloads || ends_at > ended_at {
            answer_asks(&mut draft, command.attachment, None, context);
        }
    }
    Ok(draft.finish(terms))
}

/// Refuses terms that the policy does not allow, for days counted from `from`.
pub(super) fn check_terms(
    terms: &Terms,
    from: Timestamp,
    zone: &Zone,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let policy = context.policy;
    if terms.max_downloads == 0 || terms.max_downloads > policy.max_downloads {
        let limit = u64::from(policy.max_downloads);
        return Err(Refusal::OverLimit { what: Limit::Downloads, limit });
    }
    let limit = u64::from(policy.max_days);
    let over_limit = Err(Refusal::OverLimit { what: Limit::Days, limit });
    match terms.expiry {
        Expiry::Days(days) if days > policy.max_days => return over_limit,
        Expiry::At(end) if end > latest_end(from, zone, policy) => return over_limit,
        Expiry::At(_) | Expiry::Days(_) => {}
    }
    if terms.not_before.is_some_and(|start| start >= terms.expiry.resolve(from, zone)) {
        return Err(Refusal::OverLimit { what: Limit::DaysAfterStart, limit });
    }
    Ok(())
}

/// Returns the latest end that a profile allows, exclusive, for days counted from `from`.
pub(super) fn latest_end(from: Timestamp, zone: &Zone, policy: &Policy) -> Timestamp {
    zone.end_of_day(from, policy.max_days)
}

/// Refuses terms that have already ended, for days counted from `from`.
pub(super) fn not_over(
    terms: &Terms,
    from: Timestamp,
    zone: &Zone,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let end = terms.expiry.resolve(from, zone);
    if end <= context.now { Err(Refusal::PastEnd { end }) } else { Ok(()) }
}
