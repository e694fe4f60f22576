use super::Context;
use super::draft::{Decision, Draft, Quota};
use crate::model::delivery::{Delivery, Doomed};
use crate::model::event::What;
use crate::model::ids::BlobKey;
use crate::model::timestamp::Timestamp;

/// The bytes that nobody can reach any more at `now`. Deleting them twice is harmless, so a crash
/// between deleting and [`record_deleted`] loses nothing.
pub fn blobs_to_delete(delivery: &Delivery, now: Timestamp) -> impl Iterator<Item = &Doomed> {
    delivery.body.doomed.iter().filter(move |doomed| now >= doomed.from)
}

/// Records that these bytes are gone, and gives them back to the quota of whoever supplied
/// them.
#[must_use]
pub fn record_deleted(
    delivery: &Delivery,
    gone: &[BlobKey],
    context: &Context<'_>,
) -> Decision<()> {
    let mut draft = Draft::of(delivery, context);
    let (freed, left): (Vec<_>, Vec<_>) =
        delivery.body.doomed.iter().cloned().partition(|doomed| {
            // Some bytes are deleted once more at a later time.
            gone.contains(&doomed.blob) && context.now >= doomed.from
        });
    if !freed.is_empty() {
        let body = draft.body_mut();
        body.doomed = left;
        body.put_off = None;
        for doomed in &freed {
            let agency = doomed.supplier.as_ref().unwrap_or(&delivery.body.facts.supplier).clone();
            let bytes = i64::try_from(doomed.size).unwrap_or(i64::MAX);
            draft.charge(Quota::SupplierBytes { agency }, -bytes, None);
        }
        draft.record(What::Swept { blobs: u32::try_from(freed.len()).unwrap_or(u32::MAX) });
    }
    draft.finish(())
}
