use super::Context;
use super::draft::{Decision, Draft};
use crate::model::delivery::{Delivery, PendingDeletion};
use crate::model::event::EventKind;
use crate::model::ids::UploadNo;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// Abandons an upload: refunds its reservation at once and schedules the deletion of the bytes that
/// it stored.
///
/// An upload that has already ended is left unchanged.
///
/// # Errors
/// [`Refusal::Forbidden`] for the requester's staff; [`Refusal::Unknown`] for strangers.
pub fn give_up_upload(
    delivery: &Delivery,
    no: UploadNo,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.supplier(&delivery.record)?;
    let mut draft = Draft::of(delivery, context);
    // The caller has stopped storing, so usually no bytes are left that should count.
    if let Some(reserved) = drop_upload(&mut draft, no, context.now, Counted::NoMore) {
        draft.charge_bytes(-i64::try_from(reserved).unwrap_or(i64::MAX));
    }
    Ok(draft.finish(()))
}

/// How long storing may continue after the last byte of an upload was received, in seconds.
const STORING_SECONDS: i64 = 3_600;

/// Drops an upload that may still be in progress. It receives no bytes after its deadline, and the
/// deletion is late enough to include what is stored shortly after that.
pub(super) fn abandon_upload(draft: &mut Draft<'_>, no: UploadNo) {
    let found = draft.record().uploads.iter().find(|upload| upload.no == no);
    if let Some(deadline) = found.map(|upload| upload.deadline) {
        let from = deadline.plus_seconds(STORING_SECONDS).max(draft.now());
        drop_upload(draft, no, from, Counted::UntilDeleted);
    }
}

/// Drops an upload whose writer is gone. Its bytes are deleted at once, which frees the quota, and
/// once more when nothing further can be stored, in case the writer was still alive.
pub(super) fn drop_unwritten(draft: &mut Draft<'_>, no: UploadNo) {
    let found = draft.record().uploads.iter().find(|upload| upload.no == no);
    let Some((blob, deadline)) = found.map(|upload| (upload.blob, upload.deadline)) else { return };
    let now = draft.now();
    drop_upload(draft, no, now, Counted::UntilDeleted);
    let from = deadline.plus_seconds(STORING_SECONDS).max(now);
    draft.record_mut().pending_deletions.push(PendingDeletion {
        blob,
        size: 0,
        from,
        supplier: None,
    });
}

/// How long a reservation counts against the supplier's quota.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    NoMore,
    UntilDeleted,
}

/// Drops an upload and schedules the deletion of its bytes from `from` on; returns the number of
/// bytes that were reserved.
fn drop_upload(
    draft: &mut Draft<'_>,
    no: UploadNo,
    from: Timestamp,
    counted: Counted,
) -> Option<u64> {
    let upload = draft.record().uploads.iter().find(|upload| upload.no == no)?;
    let (blob, reserved) = (upload.blob, upload.reserved);
    let size = if counted == Counted::UntilDeleted { reserved } else { 0 };
    let record = draft.record_mut();
    record.uploads.retain(|other| other.no != no);
    record.pending_deletions.push(PendingDeletion { blob, size, from, supplier: None });
    draft.add_event(EventKind::UploadEnded { upload: no });
    Some(reserved)
}
