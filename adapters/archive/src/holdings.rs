//! The stored files that deliveries refer to.

use crate::progress::Progress;
use desktop_delivery::decide;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::ids::{BlobKey, Digest};
use desktop_delivery::ledger::{DeliveryKey, ListQuery, Party};
use desktop_delivery::{AttachmentNo, Ledger, RequestHandle, StoreError, Timestamp};
use std::sync::Arc;

/// The number of deliveries listed at once.
const PAGE: usize = 1_000;

/// Stored bytes that must exist because they can still be downloaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holding {
    pub(crate) request: RequestHandle,
    pub(crate) file: AttachmentNo,
    pub(crate) blob: BlobKey,
    pub(crate) size: u64,
    pub(crate) digest: Digest,
}

/// Returns the files that a delivery needs: attached files, and old versions with open tickets.
pub(crate) fn needed(delivery: &Delivery, now: Timestamp) -> Vec<Holding> {
    let kept = decide::kept_versions(delivery, now).into_iter();
    kept.map(|(file, version)| Holding {
        request: delivery.handle,
        file,
        blob: version.blob,
        size: version.size,
        digest: version.digest,
    })
    .collect()
}

/// Returns every blob that a delivery refers to, including deleted and pending ones.
pub(crate) fn named(delivery: &Delivery) -> impl Iterator<Item = BlobKey> {
    let record = &delivery.record;
    let attached = record.live_attachments().map(|attachment| attachment.current().blob);
    let uploads = record.uploads.iter().map(|upload| upload.blob);
    attached.chain(uploads).chain(record.pending_deletions.iter().map(|gone| gone.blob))
}

/// Calls `see` once for every delivery and returns their number. Deliveries created in the meantime
/// may be left out.
///
/// `progress` counts deliveries; its total grows page by page.
pub(crate) async fn each_delivery(
    ledger: &dyn Ledger,
    progress: &Arc<dyn Progress>,
    mut see: impl FnMut(&Delivery),
) -> Result<u64, StoreError> {
    let (mut after, mut seen, mut total) = (None, 0, 0);
    loop {
        let query = ListQuery::of(Party::Anyone, PAGE).with_after(after);
        let page = ledger.list(&query).await?;
        let Some(last) = page.last() else { return Ok(seen) };
        after = Some(last.position);
        total += u64::try_from(page.len()).unwrap_or(u64::MAX);
        progress.set_total(total);
        for listed in &page {
            let key = DeliveryKey::Handle(listed.position.handle);
            if let Some(delivery) = ledger.load(key).await? {
                see(&delivery);
                seen += 1;
            }
            progress.advance(1);
        }
    }
}
