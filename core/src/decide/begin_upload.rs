use super::change_terms::{check_terms, not_over};
use super::draft::{Decision, Draft, Quota, day_of};
use super::{Context, over};
use crate::content::endings;
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::{BlobKey, UploadNo};
use crate::model::limit::Limit;
use crate::model::refusal::Refusal;
use crate::model::unsupported_file::UnsupportedFile;
use crate::model::upload::{NewFile, Upload, UploadLease};

/// The start of an upload.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeginUpload {
    /// The file.
    pub file: NewFile,
    /// The key under which its bytes will be stored: random and never used before.
    pub blob: BlobKey,
    /// The rest of the supplier's byte quota, if the length is unknown and the rest is less than
    /// the largest file.
    pub at_most: Option<u64>,
    /// The lease of the process that writes the upload; `None` if the upload only has its deadline.
    pub lease: Option<UploadLease>,
}

impl BeginUpload {
    /// Creates an upload whose reservation lasts until its deadline.
    #[must_use]
    pub const fn new(file: NewFile, blob: BlobKey) -> Self {
        Self { file, blob, at_most: None, lease: None }
    }

    /// Sets the rest of the supplier's byte quota, if the length is unknown and the rest is less
    /// than the largest file.
    #[must_use]
    pub const fn with_at_most(mut self, bytes: Option<u64>) -> Self {
        self.at_most = bytes;
        self
    }

    /// Sets the lease of the process that writes the upload.
    #[must_use]
    pub const fn with_lease(mut self, lease: Option<UploadLease>) -> Self {
        self.lease = lease;
        self
    }
}

/// Checks that the actor may upload to the request, before any of the body is read.
///
/// # Errors
/// The refusal for a request that is over; [`Refusal::Forbidden`] for the requester's staff;
/// [`Refusal::Unknown`] for strangers.
pub fn may_upload(delivery: &Delivery, context: &Context<'_>) -> Result<(), Refusal> {
    context.supplier(&delivery.record)?;
    over(&delivery.record)
}

/// Reserves room for an upload and records the key under which its bytes will be stored, before the
/// first byte is stored, so that the bytes are deleted if the upload never finishes. Returns the
/// upload with its reserved size and its deadline; if the request already has an upload with this
/// key, returns that one and changes nothing.
///
/// # Errors
/// [`Refusal::NeverFits`], [`Refusal::TooLarge`], [`Refusal::UnsupportedType`] or
/// [`Refusal::OverLimit`] if the policy does not allow the file, its terms or another attachment;
/// [`Refusal::PastEnd`] if the terms have already ended; [`Refusal::Removed`], [`Refusal::Purged`]
/// or [`Refusal::Unknown`] if the attachment to replace is gone; the refusals of [`may_upload`].
pub fn begin_upload(
    delivery: &Delivery,
    command: &BeginUpload,
    context: &Context<'_>,
) -> Result<Decision<Upload>, Refusal> {
    may_upload(delivery, context)?;
    let (policy, file) = (context.policy, &command.file);
    let limit = policy.max_file_bytes;
    if file.size.is_some_and(|size| size > limit) {
        return Err(Refusal::TooLarge { limit });
    }
    let whole = policy.quotas.supplier_bytes.unwrap_or(u64::MAX);
    if file.size.is_some_and(|size| size > whole) {
        return Err(Refusal::NeverFits { limit: whole });
    }
    if let Some(ending) = endings::forbidden(file.file_name.as_str()) {
        return Err(Refusal::UnsupportedType(UnsupportedFile::Name { ending }));
    }
    let mut draft = Draft::of(delivery, context);
    // An earlier try whose reply was lost: another place would be given up with the same bytes.
    if let Some(begun) = delivery.record.uploads.iter().find(|upload| upload.blob == command.blob) {
        return Ok(draft.finish(begun.clone()));
    }
    let terms = match file.replaces {
        Some((no, _)) => draft.live(no)?.terms,
        None => {
            let begun = delivery.record.uploads.iter().filter(|u| u.replaces.is_none()).count();
            // Numbers are never reused, so they can run out as well.
            let numbers = usize::from(u16::MAX - delivery.record.last_attachment);
            let attached = delivery.record.attachments.len() + begun;
            if attached >= usize::from(policy.max_attachments) || begun >= numbers {
                let limit = u64::from(policy.max_attachments);
                return Err(Refusal::OverLimit { what: Limit::Attachments, limit });
            }
            file.terms.unwrap_or_else(|| policy.terms(None, None))
        }
    };
    if file.replaces.is_none() {
        check_terms(&terms, context.now, &delivery.record.zone, context)?;
        not_over(&terms, context.now, &delivery.record.zone, context)?;
    }
    let record = draft.record_mut();
    record.last_upload += 1;
    let no = UploadNo::new(record.last_upload);
    let largest = limit.min(whole).min(command.at_most.unwrap_or(u64::MAX));
    let reserved = file.size.unwrap_or(largest);
    let upload = Upload {
        no,
        blob: command.blob,
        reserved,
        deadline: context.now.plus_seconds(i64::from(policy.upload_seconds)),
        file_name: file.file_name.clone(),
        description: file.description.clone(),
        terms,
        lease: command.lease,
        replaces: file.replaces,
    };
    record.uploads.push(upload.clone());
    draft.add_event(EventKind::UploadBegun { upload: no });
    draft.charge_bytes(i64::try_from(reserved).unwrap_or(i64::MAX));
    if let Some(limit) = policy.quotas.supplier_uploads_per_day {
        let agency = delivery.record.facts.supplier.clone();
        let day = day_of(context.now);
        draft.charge(Quota::SupplierUploads { agency, day }, 1, Some(limit));
    }
    Ok(draft.finish(upload))
}
