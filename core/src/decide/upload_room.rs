//! The room for a file of unknown length, within its supplier's quota of bytes.

use crate::model::limit::QuotaKind;
use crate::model::policy::Policy;
use crate::model::refusal::Refusal;
use crate::model::upload::{NewFile, Upload};

/// The room that is reserved for an upload, and the limits that it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UploadRoom {
    reserved: u64,
    /// The largest file that the profile allows.
    max_file: u64,
    /// The supplier's whole quota of bytes.
    whole: Option<u64>,
    /// The rest of that quota, if it limits the upload.
    left: Option<u64>,
}

impl UploadRoom {
    /// The room of an upload that was begun with at most `left` bytes.
    pub(crate) const fn of(upload: &Upload, policy: &Policy, left: Option<u64>) -> Self {
        let (max_file, whole) = (policy.max_file_bytes, policy.quotas.supplier_bytes);
        Self { reserved: upload.reserved, max_file, whole, left }
    }

    /// If less is reserved than the profile allows: the length up to which the length of a file of
    /// unknown length matters.
    pub(crate) fn bound(&self) -> Option<u64> {
        let bound = self.max_file.min(self.whole.unwrap_or(u64::MAX));
        (self.reserved < self.max_file).then_some(bound)
    }

    /// The refusal of more bytes than were reserved for a file of unknown length.
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

/// The rest of the quota into which a file of unknown length may still fit, though the largest file
/// that the profile allows does not.
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

/// The quota that refused a file of unknown length, whose length says whether it would ever fit.
pub(crate) fn quota_in_doubt(refusal: &Refusal, file: &NewFile) -> Option<u64> {
    match *refusal {
        Refusal::OverQuota { what: QuotaKind::SupplierBytes, limit, .. } => {
            file.size.is_none().then_some(limit)
        }
        _ => None,
    }
}

/// The refusal of a file that has this many bytes and more, and does not fit whatever is removed.
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
