use super::Context;
use super::draft::{Decision, Draft};
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::{AgencyId, PatronId};
use crate::model::link::Audience;
use crate::model::notice::{NoticeState, Recipient};
use crate::model::refusal::Refusal;

/// Removes a patron from a request because the host, or the patron's library, erased them: the
/// request no longer names a patron, and the patron's links and their tickets are revoked.
///
/// A request of another patron is unchanged. A later update from the host may name a patron again,
/// who then gets a new link.
///
/// # Errors
/// [`Refusal::Forbidden`] for the supplier's staff; [`Refusal::Unknown`] for strangers.
pub fn forget_patron(
    delivery: &Delivery,
    (agency, patron): (&AgencyId, &PatronId),
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.requester(&delivery.record)?;
    let mut draft = Draft::of(delivery, context);
    let facts = &delivery.record.facts;
    if facts.requester == *agency && facts.patron.as_ref() == Some(patron) {
        part_with_patron(&mut draft);
        draft.record_mut().facts.patron = None;
        draft.add_event(EventKind::Forgotten);
    }
    Ok(draft.finish(()))
}

/// Ends everything that belongs to the current patron, whom the request no longer names: their
/// links, extension requests and pending notices.
pub(super) fn part_with_patron(draft: &mut Draft<'_>) {
    let now = draft.now();
    let links = draft.record().links.iter().filter(|link| link.audience == Audience::Patron);
    let links: Vec<_> = links.map(|link| (link.no, link.revoked_at.is_none())).collect();
    if draft
        .record()
        .extension_requests
        .iter()
        .any(|ask| links.iter().any(|(no, _)| *no == ask.link))
    {
        draft
            .record_mut()
            .extension_requests
            .retain(|ask| links.iter().all(|(no, _)| *no != ask.link));
    }
    let is_theirs = |to: Recipient, state: NoticeState| {
        to == Recipient::Patron && matches!(state, NoticeState::Waiting { .. })
    };
    if draft.record().notices.iter().any(|notice| is_theirs(notice.to, notice.state)) {
        for notice in &mut draft.record_mut().notices {
            if is_theirs(notice.to, notice.state) {
                notice.state = NoticeState::Skipped { at: now };
                notice.in_outbox = true;
            }
        }
    }
    for (no, _) in links.into_iter().filter(|(_, is_open)| *is_open) {
        super::revoke_link::revoke(draft, no);
    }
}
