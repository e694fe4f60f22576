use super::Context;
use super::draft::{Decision, Draft};
use super::give_up_upload::{abandon_upload, drop_unwritten};
use super::part_with_patron::part_with_patron;
use crate::model::attachment::Attachment;
use crate::model::claim::Claim;
use crate::model::delivery::{Delivery, DeliveryRecord, DeliveryUsage, Status};
use crate::model::event::EventKind;
use crate::model::ids::{AttachmentNo, UploadNo};
use crate::model::notice::{Notice, NoticeState};
use crate::model::policy::Policy;
use crate::model::timestamp::Timestamp;

/// Runs due work: abandons late uploads and the uploads in `unwritten`, whose writers are gone;
/// records the end of terms; schedules the deletion of files whose retention has ended; and forgets
/// the patron, revoking their links, once nothing is kept for them.
///
/// Afterwards, [`blobs_to_delete`](super::blobs_to_delete) returns the blobs that may be deleted.
#[must_use]
pub fn expire(delivery: &Delivery, unwritten: &[UploadNo], context: &Context<'_>) -> Decision<()> {
    let now = context.now;
    let mut draft = Draft::of(delivery, context);
    for no in unwritten {
        drop_unwritten(&mut draft, *no);
    }
    let late: Vec<_> =
        draft.record().uploads.iter().filter(|u| now >= u.deadline).map(|u| u.no).collect();
    for no in late {
        abandon_upload(&mut draft, no);
    }
    let record = &delivery.record;
    for attachment in record.live_attachments() {
        if !attachment.expiry_recorded && attachment.is_expired(now) {
            if let Some(attachment) = draft.attachment_mut(attachment.no) {
                attachment.expiry_recorded = true;
            }
            draft.add_event(EventKind::Expired { attachment: attachment.no });
        }
        let purge_at = purge_at(record, &delivery.usage, attachment, context.policy);
        if purge_at.is_some_and(|at| now >= at) {
            purge(&mut draft, attachment.no);
        }
    }
    if forget_at(draft.record(), context.policy).is_some_and(|at| now >= at) {
        part_with_patron(&mut draft);
        let record = draft.record_mut();
        record.facts.patron = None;
        record.forgotten_at = Some(now);
        draft.add_event(EventKind::Forgotten);
    }
    draft.finish(())
}

fn purge(draft: &mut Draft<'_>, no: AttachmentNo) {
    let now = draft.now();
    draft.delete_current(no, now);
    if let Some(attachment) = draft.attachment_mut(no) {
        attachment.purged_at = Some(now);
    }
    draft.record_mut().extension_requests.retain(|ask| ask.attachment != no);
    draft.record_mut().problems.retain(|problem| problem.attachment != no);
    draft.add_event(EventKind::Purged { attachment: no });
}

/// Returns when the retention of an attachment's bytes ends; `None` if no end is set.
fn purge_at(
    record: &DeliveryRecord,
    usage: &DeliveryUsage,
    attachment: &Attachment,
    policy: &Policy,
) -> Option<Timestamp> {
    let kept = i64::from(policy.keep_days);
    if record.status.is_over() {
        return Some(record.status_since.plus_days(kept));
    }
    let end = attachment.expires_at?.plus_days(kept);
    // The end of the terms does not cut an open ticket short.
    let tickets = usage.claims.iter().filter(|claim| claim.attachment == attachment.no);
    tickets.map(Claim::ends_everywhere_at).chain([end]).max()
}

/// Returns when the patron may be forgotten; `None` while something is kept for them, a notice is
/// pending, or the request is pending.
fn forget_at(record: &DeliveryRecord, policy: &Policy) -> Option<Timestamp> {
    record.facts.patron.as_ref()?;
    let is_waiting = |notice: &Notice| matches!(notice.state, NoticeState::Waiting { .. });
    let something_is_left = record.live_attachments().next().is_some()
        || !record.uploads.is_empty()
        || !record.pending_deletions.is_empty()
        || record.notices.iter().any(is_waiting);
    if something_is_left || record.status == Status::Pending {
        return None;
    }
    let kept = i64::from(policy.keep_days);
    if record.status.is_over() {
        return Some(record.status_since.plus_days(kept));
    }
    let purged = record.attachments.iter().filter_map(|attachment| attachment.purged_at);
    let removed = record.removed.iter().map(|removed| removed.at.plus_days(kept));
    // If nothing was ever attached: as long as an attachment could have been kept.
    let never = record.status_since.plus_days(i64::from(policy.max_days) + kept);
    Some(purged.chain(removed).max().unwrap_or(never))
}

/// Returns when the next work is due.
pub(super) fn next_due(
    record: &DeliveryRecord,
    usage: &DeliveryUsage,
    policy: &Policy,
) -> Option<Timestamp> {
    let uploads = record.uploads.iter().map(|upload| {
        upload.lease.map_or(upload.deadline, |lease| lease.check_from.min(upload.deadline))
    });
    let pending_deletions = record.pending_deletions.iter().map(|deletion| deletion.from);
    let ends = record
        .live_attachments()
        .filter(|attachment| !attachment.expiry_recorded)
        .filter_map(|attachment| attachment.expires_at);
    let purges = record.live_attachments().filter_map(|a| purge_at(record, usage, a, policy));
    let next = uploads
        .chain(pending_deletions)
        .chain(ends)
        .chain(purges)
        .chain(forget_at(record, policy))
        .min();
    let held_back = record.backoff.map_or(Timestamp::EPOCH, |backoff| backoff.until);
    next.map(|next| next.max(held_back))
}
