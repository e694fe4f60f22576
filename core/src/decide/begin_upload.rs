use super::change_terms::check_terms;
use super::draft::{Decision, Draft, Quota, day_of};
use super::{Context, over};
use crate::delivery::Delivery;
use crate::event::What;
use crate::ids::{BlobKey, UploadNo};
use crate::limit::Limit;
use crate::media_type;
use crate::refusal::Refusal;
use crate::terms::Terms;
use crate::upload::{NewFile, Upload};

/// Begins an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever calls the rule makes it")]
pub struct BeginUpload {
    /// The file.
    pub file: NewFile,
    /// Where its bytes will go: random, never used before.
    pub blob: BlobKey,
}

/// Writes down where an upload's bytes will go, before the first of them is stored, so that they
/// are swept if the upload never ends; answers the upload, with the most bytes that it may bring and
/// its deadline.
///
/// # Errors
/// [`Refusal::TooLarge`], [`Refusal::UnsupportedType`] and [`Refusal::OverLimit`] where the policy
/// does not allow the file, its terms or one more attachment; the refusals of [`attach`](super::attach).
pub fn begin_upload(
    delivery: &Delivery,
    command: &BeginUpload,
    context: &Context<'_>,
) -> Result<Decision<Upload>, Refusal> {
    context.supplier(&delivery.body)?;
    over(&delivery.body)?;
    let (policy, file) = (context.policy, &command.file);
    let limit = policy.max_file_bytes;
    if file.size.is_some_and(|size| size > limit) {
        return Err(Refusal::TooLarge { limit });
    }
    if !policy.is_allowed_name(file.file_name.as_str()) {
        let media_type = media_type::shown(&[], file.media_type.as_deref());
        return Err(Refusal::UnsupportedType { media_type });
    }
    let mut draft = Draft::of(delivery, context);
    let default_terms = Terms::new(policy.max_downloads, policy.max_days);
    let terms = match file.replaces {
        Some((no, _)) => draft.live(no)?.terms,
        None => {
            let begun = delivery.body.uploads.iter().filter(|u| u.replaces.is_none()).count();
            if delivery.body.attachments.len() + begun >= usize::from(policy.max_attachments) {
                let limit = u64::from(policy.max_attachments);
                return Err(Refusal::OverLimit { what: Limit::Attachments, limit });
            }
            file.terms.unwrap_or(default_terms)
        }
    };
    if file.replaces.is_none() {
        check_terms(&terms, context.now, &delivery.body.zone, context)?;
    }
    let body = draft.body_mut();
    body.last_upload += 1;
    let no = UploadNo::new(body.last_upload);
    let reserved = file.size.unwrap_or(limit);
    let upload = Upload {
        no,
        blob: command.blob,
        reserved,
        deadline: context.now.plus_seconds(i64::from(policy.upload_seconds)),
        file_name: file.file_name.clone(),
        description: file.description.clone(),
        terms,
        replaces: file.replaces,
    };
    body.uploads.push(upload.clone());
    draft.record(What::UploadBegun { upload: no });
    draft.charge_bytes(i64::try_from(reserved).unwrap_or(i64::MAX));
    if let Some(limit) = policy.quotas.supplier_uploads_per_day {
        let agency = delivery.body.facts.supplier.clone();
        let day = day_of(context.now);
        draft.charge(Quota::SupplierUploads { agency, day }, 1, Some(limit));
    }
    Ok(draft.finish(upload))
}
