//! The room for a file of unknown length within the supplier's byte quota.

use crate::model::limit::QuotaKind;
use crate::model::policy::Policy;
use crate::model::refusal::Refusal;
use crate::model::upload::{NewFile, Upload};

/// The bytes reserved for an upload, and the limits from which the reservation was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UploadRoom {
    reserved: u64,
    /// The size of the largest file that the profile allows.
    max_file: u64,
    /// The supplier's total byte quota.
    whole: Option<u64>,
    /// The rest of that quota, if it limits the upload.
    left: Option<u64>,
}

impl UploadRoom {
    /// Returns the room of an upload that was begun with at most `left` bytes.
    pub(crate) const fn of(upload: &Upload, policy: &Policy, left: Option<u64>) -> Self {
        let (max_file, whole) = (policy.max_file_bytes, policy.quotas.supplier_bytes);
        Self { reserved: upload.reserved, max_file, whole, left }
    }

    /// Returns the length up to which an oversized file of unknown length must be counted to choose
    /// the right refusal; `None` if the largest file that the profile allows was reserved.
    pub(crate) fn bound(&self) -> Option<u64> {
        let bound = self.max_file.min(self.whole.unwrap_or(u64::MAX));
        (self.reserved < self.max_file).then_some(bound)
    }

    /// Returns the refusal of a file of unknown length that exceeds its reservation.
    pub(crate) fn too_large(&self, over_bound: bool) -> Refusal {
        match (self.whole, self.left) {
            (Some(limit), _) if over_bound && limit < self.max_file => Refusal::NeverFits { limit },
            (Some(limit), Some(left)) if !over_bound => Refusal::OverQuota {
                what: QuotaKind::SupplierBytes,
                used: limit.saturating_sub(left),
                limit,
                frees_at: None,
            },
            _ => Refusal::TooLarge { limit: self.max_file },
        }
    }
}

/// Returns the rest of the quota into which a file of unknown length may still fit, although the
/// largest file that the profile allows does not.
pub(crate) fn rest_of_quota(refusal: &Refusal, file: &NewFile) -> Option<u64> {
    match *refusal {
        Refusal::OverQuota { what: QuotaKind::SupplierBytes, used, limit, .. }
            if file.size.is_none() && used < limit =>
        {
            Some(limit - used)
        }
        _ => None,
    }
}

/// Returns the quota that refused a file of unknown length, whose length decides whether it could
/// ever fit.
pub(crate) fn quota_in_doubt(refusal: &Refusal, file: &NewFile) -> Option<u64> {
    match *refusal {
        Refusal::OverQuota { what: QuotaKind::SupplierBytes, limit, .. } => {
            file.size.is_none().then_some(limit)
        }
        _ => None,
    }
}

/// Returns the refusal of a file of at least this many bytes that cannot fit, even if other files
/// are removed.
pub(crate) const fn never_fits(length: u64, quota: u64, policy: &Policy) -> Option<Refusal> {
    let max_file = policy.max_file_bytes;
    if length > quota && quota < max_file {
        return Some(Refusal::NeverFits { limit: quota });
    }
    if length > max_file {
        return Some(Refusal::TooLarge { limit: max_file });
    }
    None
}
