use super::Desk;
use crate::decide;
use crate::desk::Error;
use crate::model::attachment::Version;
use crate::model::ids::{AttachmentNo, RequestHandle, VersionNo};
use crate::model::timestamp::Timestamp;
use crate::ports::StoreErrorKind;
use crate::ports::change::{DeliveryKey, ListQuery, Party};
use crate::ports::list_position::ListPosition;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::future::poll_fn;

/// The maximum number of deliveries checked in one call.
const MAX_DELIVERIES: usize = 256;

/// A position in a pass over all stored files, from which the next call of [`Desk::scrub`]
/// continues.
///
/// It can be serialized, so that a pass survives a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScrubPosition {
    created_at: Timestamp,
    handle: RequestHandle,
    /// The last version read, if the delivery has more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<(AttachmentNo, VersionNo)>,
}

/// The result of one call of [`Desk::scrub`].
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScrubReport {
    /// The number of files read.
    pub files: u64,
    /// The number of bytes read.
    pub bytes: u64,
    /// The files that differ from what was attached.
    pub findings: Vec<ScrubFinding>,
    /// Where to continue; `None` after the last file, when the pass is complete.
    pub next: Option<ScrubPosition>,
}

/// A stored file that differs from what was attached.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScrubFinding {
    /// The request.
    pub handle: RequestHandle,
    /// The attachment.
    pub attachment: AttachmentNo,
    /// Its version.
    pub version: VersionNo,
    /// The fault.
    pub fault: ScrubFault,
}

/// A fault of a stored file. `Display` writes a clause about the file, such as "its bytes have
/// changed".
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScrubFault {
    /// The length is right, but the SHA-256 is not.
    BytesChanged,
    /// The length has changed.
    LengthChanged,
    /// The file is missing from the store.
    Missing,
    /// The store has the file, but two tries to read it to its end failed.
    Unreadable,
}

impl fmt::Display for ScrubFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BytesChanged => "its bytes have changed",
            Self::LengthChanged => "its length has changed",
            Self::Missing => "it is missing",
            Self::Unreadable => "it cannot be read",
        })
    }
}

impl Desk {
    /// Reads stored files, a bounded amount per call, and compares them with the SHA-256 recorded
    /// when they were attached.
    ///
    /// Starts a pass over all files if `from` is `None`, newest requests first; continues a pass
    /// from the [`next`](ScrubReport::next) of the previous call. A call ends once it has read
    /// `limit` bytes, which the last file may exceed, or has checked 256 requests; it reads at
    /// least one file if there is one. A pass skips files that are added before its position; the
    /// next pass reads them.
    ///
    /// Changes nothing in the stores: the operator decides what to do about a finding. If the bytes
    /// of a file have changed, this process serves no ranges of the file, and a read of the whole
    /// file ends with an error, until such a read matches the SHA-256 again.
    ///
    /// # Example
    /// ```
    /// # use desktop_delivery::{Desk, Error};
    /// /// One pass, with a pause after every 16 MiB.
    /// async fn pass(desk: &Desk, mut pause: impl AsyncFnMut()) -> Result<(), Error> {
    ///     let mut from = None;
    ///     loop {
    ///         let report = desk.scrub(from.as_ref(), 16 << 20).await?;
    ///         for found in &report.findings {
    ///             eprintln!("{}, file {}: {}", found.handle, found.attachment, found.fault);
    ///         }
    ///         from = report.next;
    ///         if from.is_none() {
    ///             return Ok(());
    ///         }
    ///         pause().await;
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// [`Error::Store`] if the ledger fails, or if the blob store fails as a whole: `Denied`,
    /// `Full` or `Unavailable`. Call again later with the same `from`.
    pub async fn scrub(
        &self,
        from: Option<&ScrubPosition>,
        limit: u64,
    ) -> Result<ScrubReport, Error> {
        let mut report = ScrubReport { next: from.cloned(), ..ScrubReport::default() };
        match self.scrub_from(limit, &mut report).await {
            // Files read before the failure are reported; the next call starts with the file that
            // failed.
            Err(_) if report.next.as_ref() != from => Ok(report),
            outcome => outcome.map(|()| report),
        }
    }

    async fn scrub_from(&self, limit: u64, report: &mut ScrubReport) -> Result<(), Error> {
        if let Some(ScrubPosition { created_at, handle, version: Some(_) }) = report.next
            && !self.scrub_delivery(ListPosition { created_at, handle }, limit, report).await?
        {
            return Ok(());
        }
        let after = report.next.as_ref().map(|at| {
            let ScrubPosition { created_at, handle, .. } = *at;
            ListPosition { created_at, handle }
        });
        let query = ListQuery::of(Party::Anyone, MAX_DELIVERIES).with_after(after);
        let page = self.ledger.list(&query).await?;
        for listed in &page {
            if is_enough(report, limit)
                || !self.scrub_delivery(listed.position, limit, report).await?
            {
                return Ok(());
            }
        }
        if page.len() < MAX_DELIVERIES {
            report.next = None;
        }
        Ok(())
    }

    /// Reads the files of one delivery from the report's position on; returns whether it reached
    /// the last one.
    async fn scrub_delivery(
        &self,
        ListPosition { created_at, handle }: ListPosition,
        limit: u64,
        report: &mut ScrubReport,
    ) -> Result<bool, Error> {
        let key = DeliveryKey::Handle(handle);
        let at = |version| Some(ScrubPosition { created_at, handle, version });
        let behind = report.next.as_ref().filter(|next| next.handle == handle);
        let behind = behind.and_then(|next| next.version);
        if let Some(delivery) = self.ledger.load(key).await? {
            for (attachment, version) in decide::kept_versions(&delivery, self.clock.now()) {
                let place = (attachment, version.no);
                if behind.is_some_and(|behind| place <= behind) {
                    continue;
                }
                if is_enough(report, limit) {
                    return Ok(false);
                }
                let fault = self.scrub_version(version, report).await?;
                if let Some(fault) = fault
                    && self.is_kept(handle, version).await?
                {
                    let version = version.no;
                    report.findings.push(ScrubFinding { handle, attachment, version, fault });
                }
                report.next = at(Some(place));
            }
        }
        report.next = at(None);
        Ok(true)
    }

    async fn scrub_version(
        &self,
        version: &Version,
        report: &mut ScrubReport,
    ) -> Result<Option<ScrubFault>, Error> {
        report.files += 1;
        // A connection may break although the file has no fault.
        for _ in 0..2 {
            let fault = self.read_whole(version, &mut report.bytes).await?;
            if fault != Some(ScrubFault::Unreadable) {
                return Ok(fault);
            }
        }
        Ok(Some(ScrubFault::Unreadable))
    }

    async fn read_whole(
        &self,
        version: &Version,
        read: &mut u64,
    ) -> Result<Option<ScrubFault>, Error> {
        use StoreErrorKind::{Corrupt, Interrupted, Unexpected};
        let mut bytes = match self.blobs.get(version.blob, None).await {
            Ok(None) => return Ok(Some(ScrubFault::Missing)),
            Ok(Some(blob)) if blob.size != version.size => {
                return Ok(Some(ScrubFault::LengthChanged));
            }
            Ok(Some(blob)) => blob.bytes,
            Err(error) if matches!(error.kind(), Corrupt | Interrupted | Unexpected) => {
                return Ok(Some(ScrubFault::Unreadable));
            }
            // The failure does not concern this file.
            Err(error) => return Err(error.into()),
        };
        let (mut hash, mut left) = (Sha256::new(), version.size);
        while let Some(piece) = poll_fn(|task| bytes.as_mut().poll_next(task)).await {
            let Ok(piece) = piece else { return Ok(Some(ScrubFault::Unreadable)) };
            let length = piece.len() as u64;
            *read += length;
            left = match left.checked_sub(length) {
                Some(left) => left,
                None => return Ok(Some(ScrubFault::LengthChanged)),
            };
            hash.update(&piece);
        }
        if left > 0 {
            return Ok(Some(ScrubFault::Unreadable));
        }
        let is_sound = hash.finalize().as_slice() == version.digest.as_bytes();
        self.verified.note(version.blob, is_sound);
        Ok((!is_sound).then_some(ScrubFault::BytesChanged))
    }

    /// Returns whether the bytes must still be kept: they may have been deleted while others were
    /// read.
    async fn is_kept(&self, handle: RequestHandle, version: &Version) -> Result<bool, Error> {
        let now = self.clock.now();
        Ok(self.ledger.load(DeliveryKey::Handle(handle)).await?.is_some_and(|delivery| {
            let kept = decide::kept_versions(&delivery, now);
            kept.iter().any(|(_, other)| other.blob == version.blob)
        }))
    }
}

const fn is_enough(report: &ScrubReport, limit: u64) -> bool {
    report.files > 0 && report.bytes >= limit
}
