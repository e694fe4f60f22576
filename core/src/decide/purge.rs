use super::Context;
use super::draft::{Decision, Draft, Quota};
use crate::model::delivery::{Delivery, PendingDeletion};
use crate::model::event::EventKind;
use crate::model::ids::BlobKey;
use crate::model::timestamp::Timestamp;

/// Returns the blobs that nobody can reach any longer at `now`. Deleting a blob twice is harmless,
/// so a crash between the deletion and [`record_deleted`] loses nothing.
pub fn blobs_to_delete(
    delivery: &Delivery,
    now: Timestamp,
) -> impl Iterator<Item = &PendingDeletion> {
    delivery.record.pending_deletions.iter().filter(move |deletion| now >= deletion.from)
}

/// Records that these blobs, which [`blobs_to_delete`] returned at `since`, are deleted, and refunds
/// their bytes to the quota of the agency that supplied them.
#[must_use]
pub fn record_deleted(
    delivery: &Delivery,
    gone: &[BlobKey],
    since: Timestamp,
    context: &Context<'_>,
) -> Decision<()> {
    let mut draft = Draft::of(delivery, context);
    let (freed, left): (Vec<_>, Vec<_>) =
        delivery.record.pending_deletions.iter().cloned().partition(|deletion| {
            // Some blobs are deleted once more at a later time, which may come before this commit.
            gone.contains(&deletion.blob) && since >= deletion.from
        });
    if !freed.is_empty() {
        let record = draft.record_mut();
        record.pending_deletions = left;
        record.backoff = None;
        for deletion in &freed {
            let agency =
                deletion.supplier.as_ref().unwrap_or(&delivery.record.facts.supplier).clone();
            let bytes = i64::try_from(deletion.size).unwrap_or(i64::MAX);
            draft.charge(Quota::SupplierBytes { agency }, -bytes, None);
        }
        draft.add_event(EventKind::Swept { blobs: u32::try_from(freed.len()).unwrap_or(u32::MAX) });
    }
    draft.finish(())
}
