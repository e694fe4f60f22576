use super::Context;
use super::draft::{Decision, Draft};
use super::give_up_upload::drop_upload;
use crate::attachment::Attachment;
use crate::delivery::{Body, Delivery};
use crate::event::What;
use crate::policy::Policy;
use crate::timestamp::Timestamp;

/// Does what has fallen due: gives up late uploads, records the end of terms, and lets the bytes go
/// that were kept long enough after it.
///
/// What may be deleted now is then told by [`blobs_to_delete`](super::blobs_to_delete).
#[must_use]
pub fn expire(delivery: &Delivery, context: &Context<'_>) -> Decision<()> {
    let now = context.now;
    let mut draft = Draft::of(delivery, context);
    let late: Vec<_> =
        delivery.body.uploads.iter().filter(|u| now >= u.deadline).map(|u| u.no).collect();
    for no in late {
        drop_upload(&mut draft, no);
    }
    let body = &delivery.body;
    for attachment in body.live_attachments() {
        if !attachment.expiry_recorded && attachment.is_expired(now) {
            if let Some(attachment) = draft.attachment_mut(attachment.no) {
                attachment.expiry_recorded = true;
            }
            draft.record(What::Expired { attachment: attachment.no });
        }
        if purge_at(body, attachment, context.policy).is_some_and(|at| now >= at) {
            purge(&mut draft, attachment);
        }
    }
    draft.finish(())
}

fn purge(draft: &mut Draft<'_>, attachment: &Attachment) {
    let now = draft.now();
    let last_ticket = draft
        .tally()
        .claims
        .iter()
        .filter(|claim| claim.attachment == attachment.no)
        .map(|claim| claim.ends_at)
        .max();
    let from = last_ticket.map_or(now, |end| end.max(now));
    draft.doom_current(attachment.no, from);
    if let Some(attachment) = draft.attachment_mut(attachment.no) {
        attachment.purged_at = Some(now);
    }
    draft.body_mut().asks.retain(|ask| ask.attachment != attachment.no);
    draft.record(What::Purged { attachment: attachment.no });
}

/// When an attachment's bytes have been kept long enough; `None` while nothing ends them.
fn purge_at(body: &Body, attachment: &Attachment, policy: &Policy) -> Option<Timestamp> {
    let kept = i64::from(policy.keep_days);
    let ended = if body.status.is_over() { Some(body.status_since) } else { attachment.expires_at };
    ended.map(|end| end.plus_days(kept))
}

/// When the next thing falls due.
pub(super) fn next_due(body: &Body, policy: &Policy) -> Option<Timestamp> {
    let uploads = body.uploads.iter().map(|upload| upload.deadline);
    let doomed = body.doomed.iter().map(|doomed| doomed.from);
    let ends = body
        .live_attachments()
        .filter(|attachment| !attachment.expiry_recorded)
        .filter_map(|attachment| attachment.expires_at);
    let purges = body.live_attachments().filter_map(|a| purge_at(body, a, policy));
    uploads.chain(doomed).chain(ends).chain(purges).min()
}
