use super::fingerprint::is_own;
use crate::backup::{Fault, Side, Way, copy_files};
use crate::engines::Engines;
use crate::error::ArchiveError;
use crate::holdings::{self, Holding};
use crate::progress::SharedProgress;
use desktop_delivery::ledger::DeliverySnapshot;
use desktop_delivery::{RequestHandle, StoreError, Timestamp};

/// The number of deliveries copied at once.
const PAGE: usize = 100;
/// The number of counters or registry entries read at once.
const RECORDS: usize = 1_000;

/// A page of deliveries whose files have been copied. Files are copied first, so that no delivery
/// refers to a missing file.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) deliveries: Vec<DeliverySnapshot>,
    /// The position after which the next page begins.
    pub(super) last: RequestHandle,
    pub(super) files: Vec<Holding>,
    /// The faults of the files.
    pub(super) faults: Vec<Fault>,
}

/// Reads the next page of deliveries and copies their files. Returns `None` after the last page.
pub(super) async fn next_page(
    from: &Engines,
    to: &Engines,
    after: Option<RequestHandle>,
    (way, now): (Way, Timestamp),
    progress: &SharedProgress,
) -> Result<Option<Page>, ArchiveError> {
    let deliveries = from.ledger.snapshots(after, PAGE).await?;
    let Some(last) = deliveries.last().map(|copy| copy.delivery.handle) else { return Ok(None) };
    let files: Vec<_> =
        deliveries.iter().flat_map(|copy| holdings::needed(&copy.delivery, now)).collect();
    let (source, target) = (Side::of(from), Side::of(to));
    let faults = copy_files(files.iter().copied(), &source, &target, way, progress).await?;
    Ok(Some(Page { deliveries, last, files, faults }))
}

/// Copies the data outside deliveries: counters and registry entries.
pub(super) async fn copy_shared(from: &Engines, to: &Engines) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let page = from.ledger.counter_snapshots(after, RECORDS).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.counter);
        to.ledger.store_counter_snapshots(page).await?;
    }
    for kind in from.registry.kinds().await? {
        if !is_own(&kind) {
            records(&kind, from, to).await?;
        }
    }
    Ok(())
}

async fn records(kind: &str, from: &Engines, to: &Engines) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = from.registry.list(kind, &after, RECORDS).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after.clone_from(last);
        for (key, record) in page {
            loop {
                let stored = to.registry.read(kind, &key).await?;
                if stored.as_ref().is_some_and(|stored| stored.value == record.value) {
                    break;
                }
                let version = stored.map_or(0, |stored| stored.version);
                let value = Some(record.value.clone());
                if to.registry.write(kind, &key, value, version).await?.is_some() {
                    break;
                }
            }
        }
    }
}
