use super::Context;
use super::draft::{Decision, Draft};
use crate::delivery::{Delivery, Doomed};
use crate::event::What;
use crate::ids::BlobKey;
use crate::timestamp::Timestamp;

/// The bytes that nobody can reach any more at `now`. Deleting them twice is harmless, so a crash
/// between deleting and [`record_deleted`] loses nothing.
pub fn blobs_to_delete(delivery: &Delivery, now: Timestamp) -> impl Iterator<Item = &Doomed> {
    delivery.body.doomed.iter().filter(move |doomed| now >= doomed.from)
}

/// Records that these bytes are gone, and gives them back to the supplier's quota.
#[must_use]
pub fn record_deleted(
    delivery: &Delivery,
    gone: &[BlobKey],
    context: &Context<'_>,
) -> Decision<()> {
    let mut draft = Draft::of(delivery, context);
    let freed: Vec<u64> = delivery
        .body
        .doomed
        .iter()
        .filter(|doomed| gone.contains(&doomed.blob))
        .map(|doomed| doomed.size)
        .collect();
    if !freed.is_empty() {
        draft.body_mut().doomed.retain(|doomed| !gone.contains(&doomed.blob));
        let bytes = freed.iter().fold(0_u64, |sum, size| sum.saturating_add(*size));
        draft.charge_bytes(i64::try_from(bytes).unwrap_or(i64::MAX).saturating_neg());
        draft.record(What::Swept { blobs: u32::try_from(freed.len()).unwrap_or(u32::MAX) });
    }
    draft.finish(())
}
