//! What happens to a document: its bytes, its terms and its end.

use super::Intent;
use super::checks::{LOST, no_document};
use super::request::{Document, Request, Version, end_of};
use crate::violation::{Verdict, Violation, ensure};
use bytes::Bytes;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::ids::{BlobKey, Digest};
use desktop_delivery::{AttachmentNo, Terms, Timestamp};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

pub(super) type Blobs = BTreeMap<BlobKey, Bytes>;

const BYTES: &str = "9 attached bytes are not those that were sent";

impl Request {
    pub(super) fn attach(
        &mut self,
        no: AttachmentNo,
        (size, digest): (u64, Digest),
        intent: &Intent,
        now: Timestamp,
        (after, blobs): (&Delivery, &Blobs),
    ) -> Verdict {
        let Intent::Upload { terms, .. } = intent else {
            return Err(Violation { check: LOST, detail: format!("document {no} from nowhere") });
        };
        let usual = Terms::new(self.policy.max_downloads, self.policy.max_days);
        let blob = current_blob(after, no).ok_or_else(|| no_document(no))?;
        same_bytes(blob, (size, digest), intent, blobs)?;
        let last = self.documents.keys().last().copied().unwrap_or(0);
        ensure!(no.get() == last + 1 && !self.is_over(), LOST, "document {no} after {last}");
        let mut document = Document {
            versions: vec![Version::new(blob, size, digest)],
            terms: terms.unwrap_or(usual),
            description: String::new(),
            shipped_at: None,
            expires_at: None,
            expiry_recorded: false,
            is_removed: false,
            is_purged: false,
            recalled: 0,
            refunds: 0,
        };
        if self.is_visible() {
            document.ship(now);
        }
        self.is_forgotten = false;
        self.documents.insert(no.get(), document);
        Ok(())
    }

    pub(super) fn change_terms(
        &mut self,
        no: AttachmentNo,
        (before, after): (&Terms, &Terms),
        intent: &Intent,
        now: Timestamp,
    ) -> Verdict {
        let Intent::Terms(wanted) = intent else {
            return Err(Violation { check: LOST, detail: "nobody changed the terms".to_owned() });
        };
        let is_wanted = (wanted.terms.not_before, wanted.terms.expiry)
            == (after.not_before, after.expiry)
            && after.max_downloads >= wanted.terms.max_downloads;
        ensure!(is_wanted, LOST, "{after:?}, not {:?}", wanted.terms);
        let document = self.live_document(no.get()).ok_or_else(|| no_document(no))?;
        ensure!(document.terms == *before, LOST, "terms were {:?}", document.terms);
        document.terms = *after;
        if after.expiry != before.expiry {
            document.expires_at = document.shipped_at.map(|from| end_of(after, from));
            document.expiry_recorded = document.expires_at.is_some_and(|end| now >= end);
        }
        Ok(())
    }

    pub(super) fn purge(&mut self, no: AttachmentNo, now: Timestamp) -> Verdict {
        let kept = i64::from(self.policy.keep_days);
        let from = match self.is_over() {
            true => Some(self.since),
            false => self.documents.get(&no.get()).and_then(|document| document.expires_at),
        };
        let is_late = from.is_some_and(|from| now >= from.plus_days(kept));
        let is_open = self
            .claims
            .values()
            .any(|claim| claim.document == no.get() && self.is_open(claim, now));
        ensure!(is_late && !is_open, "3 bytes are purged too early", "document {no} at {now}");
        self.live_document(no.get()).ok_or_else(|| no_document(no))?.is_purged = true;
        self.close_document(no.get());
        Ok(())
    }

    /// Forgets what people asked about a document that is gone.
    pub(super) fn close_document(&mut self, no: u16) {
        self.asks.retain(|(_, document)| *document != no);
        self.problems.remove(&no);
    }
}

impl Version {
    pub(super) const fn new(blob: BlobKey, size: u64, digest: Digest) -> Self {
        Self { blob, size, digest, used: BTreeMap::new(), granted: BTreeMap::new() }
    }
}

/// Returns the bytes of the current version of a document.
pub(super) fn current_blob(after: &Delivery, no: AttachmentNo) -> Option<BlobKey> {
    Some(after.record.attachment(no)?.current().blob)
}

/// Checks that the store has exactly the bytes that were sent.
pub(super) fn same_bytes(
    blob: BlobKey,
    (size, digest): (u64, Digest),
    intent: &Intent,
    blobs: &Blobs,
) -> Verdict {
    let sent = match intent {
        Intent::Upload { bytes, .. } => Some(bytes),
        _ => None,
    };
    let stored = blobs.get(&blob);
    ensure!(stored.is_some() && stored == sent, BYTES, "{blob:?}");
    let bytes = stored.map_or(&[][..], |bytes| &bytes[..]);
    let hash = Sha256::digest(bytes);
    let is_right = size == bytes.len() as u64 && hash.as_slice() == digest.as_bytes();
    ensure!(is_right, BYTES, "{blob:?} is recorded with another length or digest");
    Ok(())
}
