use super::availability::{BudgetUsage, may_claim};
use super::draft::{Decision, Draft};
use super::{Context, Side, over};
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::{AttachmentNo, LinkNo};
use crate::model::limit::Limit;
use crate::model::link::Audience;
use crate::model::notice::{NoticeKind, Recipient};
use crate::model::policy::{GrantsBy, Spending};
use crate::model::refusal::Refusal;

/// An extension: more downloads, more time, or both.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The attachment.
    pub attachment: AttachmentNo,
    /// The audience whose budget gets the downloads.
    pub audience: Audience,
    /// The number of extra downloads; 0 for none.
    pub downloads: u32,
    /// Extends the terms to the end of the day this many days from now, if that is later.
    pub days: Option<u16>,
}

impl Grant {
    /// Creates an empty extension for the budget of an audience.
    #[must_use]
    pub const fn new(attachment: AttachmentNo, audience: Audience) -> Self {
        Self { attachment, audience, downloads: 0, days: None }
    }

    /// Adds extra downloads.
    #[must_use]
    pub const fn with_downloads(mut self, downloads: u32) -> Self {
        self.downloads = downloads;
        self
    }

    /// Extends the terms to the end of the day this many days from now, if that is later.
    #[must_use]
    pub fn with_days(mut self, days: impl Into<Option<u16>>) -> Self {
        self.days = days.into();
        self
    }
}

/// Grants an extension beyond the terms, up to the policy's caps. People who requested an extension
/// and can download again are notified.
///
/// # Errors
/// [`Refusal::OverLimit`] beyond the caps; [`Refusal::Removed`], [`Refusal::Purged`] or
/// [`Refusal::Unknown`] if there is no such attachment; [`Refusal::NotShipped`] before Shipped; the
/// refusal for a request that is over; [`Refusal::Forbidden`] if the policy does not allow the
/// actor to grant, or if the downloads of the audience are free; [`Refusal::Unknown`] for
/// strangers.
pub fn grant(
    delivery: &Delivery,
    command: &Grant,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    match (context.side(&delivery.record), context.policy.grants_by) {
        (Side::Both | Side::Supplier, _) | (Side::Requester, GrantsBy::Both) => {}
        (Side::Requester, GrantsBy::Supplier) => return Err(Refusal::Forbidden),
        (Side::Stranger, _) => return Err(Refusal::Unknown),
    }
    over(&delivery.record)?;
    if !delivery.record.status.is_visible() {
        return Err(Refusal::NotShipped);
    }
    let policy = context.policy;
    let mut draft = Draft::of(delivery, context);
    let version = draft.live(command.attachment)?.current().no;
    let expires_at = extended(&draft, command, context)?;
    if command.downloads > 0 {
        let name = policy.budget_of(command.audience).ok_or(Refusal::Forbidden)?;
        let attachment = draft.live(command.attachment)?;
        let budget = BudgetUsage::of(draft.usage(), attachment, name, policy);
        if command.downloads > budget.grantable {
            let limit = u64::from(policy.max_granted);
            return Err(Refusal::OverLimit { what: Limit::ExtraDownloads, limit });
        }
        draft.usage_mut().budget_mut(command.attachment, version, name).granted +=
            command.downloads;
    }
    if let Some(end) = expires_at
        && let Some(attachment) = draft.attachment_mut(command.attachment)
    {
        attachment.expires_at = Some(end);
        attachment.expiry_recorded = false;
    }
    if command.downloads > 0 || expires_at.is_some() {
        draft.add_event(EventKind::Granted {
            attachment: command.attachment,
            downloads: command.downloads,
            expires_at,
        });
        // More time benefits every audience, and so does a shared budget.
        let is_theirs = expires_at.is_none() && policy.spending != Spending::Shared;
        let of = is_theirs.then_some(command.audience);
        answer_asks(&mut draft, command.attachment, of, context);
    }
    Ok(draft.finish(()))
}

/// Returns the new end of the terms, if it moves.
fn extended(
    draft: &Draft<'_>,
    command: &Grant,
    context: &Context<'_>,
) -> Result<Option<crate::Timestamp>, Refusal> {
    let Some(days) = command.days else { return Ok(None) };
    if days > context.policy.max_days {
        let limit = u64::from(context.policy.max_days);
        return Err(Refusal::OverLimit { what: Limit::Days, limit });
    }
    let end = draft.record().zone.end_of_day(context.now, days);
    let now_ends = draft.live(command.attachment)?.expires_at;
    Ok(now_ends.is_none_or(|now_ends| end > now_ends).then_some(end))
}

/// Notifies the people who requested an extension and can download again, and closes their
/// extension requests. Requests of people who still cannot download stay open.
pub(super) fn answer_asks(
    draft: &mut Draft<'_>,
    no: AttachmentNo,
    of: Option<Audience>,
    context: &Context<'_>,
) {
    for (link, to) in take_met_asks(draft, no, of, context) {
        let is_active = draft.record().link(link).is_some_and(|link| link.is_active(context.now));
        // Staff sign in; only holders of emailed links get their link again.
        let carries = (is_active && to != Recipient::RequesterStaff).then_some(link);
        draft.notify(NoticeKind::MoreGranted, to, carries, Some(no));
    }
}

/// Removes the extension requests of people who can download an attachment again; returns their
/// links and recipients.
pub(super) fn take_met_asks(
    draft: &mut Draft<'_>,
    no: AttachmentNo,
    of: Option<Audience>,
    context: &Context<'_>,
) -> Vec<(LinkNo, Recipient)> {
    let asked = draft.record().extension_requests.iter().filter(|ask| ask.attachment == no);
    let met: Vec<_> = asked
        .filter_map(|ask| draft.record().link(ask.link))
        .filter(|link| of.is_none_or(|audience| link.audience == audience))
        .filter(|link| can_download(draft, no, link.audience, context))
        .filter_map(|link| {
            let to = match link.audience {
                Audience::Partner => Recipient::Partner,
                Audience::Patron => Recipient::Patron,
                Audience::RequesterStaff => Recipient::RequesterStaff,
                Audience::SupplierStaff => return None,
            };
            Some((link.no, to))
        })
        .collect();
    if !met.is_empty() {
        let is_met = |link: LinkNo| met.iter().any(|(met, _)| *met == link);
        draft
            .record_mut()
            .extension_requests
            .retain(|ask| ask.attachment != no || !is_met(ask.link));
    }
    met
}

fn can_download(
    draft: &Draft<'_>,
    no: AttachmentNo,
    audience: Audience,
    context: &Context<'_>,
) -> bool {
    let Ok(attachment) = draft.live(no) else { return false };
    let budget = BudgetUsage::of_audience(draft.usage(), attachment, audience, context.policy);
    // Terms that begin later are no reason to request an extension.
    let from = attachment.terms.not_before.map_or(context.now, |from| from.max(context.now));
    may_claim(attachment, budget.as_ref(), from).is_ok()
}
