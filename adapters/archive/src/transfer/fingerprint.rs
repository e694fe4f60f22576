use crate::engines::Engines;
use desktop_delivery::StoreError;
use desktop_delivery::desk::HEARTBEATS;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::ledger::DeliverySnapshot;
use desktop_delivery_identity::signing_keys;
use sha2::{Digest as _, Sha256};

/// The number of registry entries or counters read at once.
const PAGE: usize = 1_000;
/// The number of deliveries read at once.
const DELIVERIES: usize = 200;

/// A digest of an installation's contents that does not depend on the order in which its stores
/// list them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fingerprint {
    pub(super) requests: u64,
    pub(super) counters: u64,
    pub(super) records: u64,
    /// The sum of the digests of all items.
    sum: [u64; 4],
}

impl Fingerprint {
    /// Reads everything except the files.
    pub(super) async fn of(engines: &Engines) -> Result<Self, StoreError> {
        let mut whole = Self::default();
        let mut after = None;
        loop {
            let page = engines.ledger.snapshots(after, DELIVERIES).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.delivery.handle);
            for copy in &page {
                whole.requests += 1;
                whole.add(&[b"delivery", &to_json(copy)?]);
            }
        }
        let mut after = None;
        loop {
            let page = engines.ledger.counter_snapshots(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.counter);
            for copy in &page {
                whole.counters += 1;
                whole.add(&[b"counter", format!("{copy:?}").as_bytes()]);
            }
        }
        for kind in engines.registry.kinds().await? {
            if is_own(&kind) {
                continue;
            }
            let mut after = String::new();
            loop {
                let page = engines.registry.list(&kind, &after, PAGE).await?;
                let Some((last, _)) = page.last() else { break };
                after.clone_from(last);
                for (key, record) in &page {
                    whole.records += 1;
                    whole.add(&[kind.as_bytes(), key.as_bytes(), &record.value]);
                }
            }
        }
        Ok(whole)
    }

    fn add(&mut self, parts: &[&[u8]]) {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        for (sum, bytes) in self.sum.iter_mut().zip(hash.finalize().chunks_exact(8)) {
            let mut number = [0; 8];
            number.copy_from_slice(bytes);
            *sum = sum.wrapping_add(u64::from_be_bytes(number));
        }
    }
}

/// Returns whether registry entries of this kind belong to one installation and are not copied.
pub(super) fn is_own(kind: &str) -> bool {
    [super::checkpoint::KIND, signing_keys::KIND, HEARTBEATS].contains(&kind)
}

/// Returns the contents of a delivery as JSON.
fn to_json(copy: &DeliverySnapshot) -> Result<Vec<u8>, StoreError> {
    let DeliverySnapshot { delivery, history, outbox } = copy;
    let waiting: Vec<_> = outbox.iter().map(|entry| (entry.notice, entry.not_before)).collect();
    let parts = (delivery.handle, delivery.revision, &delivery.record, &delivery.usage);
    serde_json::to_vec(&(parts, history, waiting))
        .map_err(|_| StoreError::new(StoreErrorKind::Unexpected, "transfer", "compare"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_order_of_items_does_not_matter() {
        let of = |items: &[&[&[u8]]]| {
            let mut fingerprint = Fingerprint::default();
            items.iter().for_each(|parts| fingerprint.add(parts));
            fingerprint
        };
        let (one, other): (&[&[u8]], &[&[u8]]) = (&[b"a", b"b"], &[b"ab", b""]);
        assert_eq!(of(&[one, other]), of(&[other, one]));
        assert_ne!(of(&[one]), of(&[other]));
        assert_ne!(of(&[one, one]), of(&[other, other]));
    }
}
