use super::Context;
use super::draft::{Decision, Draft};
use crate::delivery::{Delivery, Doomed};
use crate::event::What;
use crate::ids::UploadNo;
use crate::refusal::Refusal;

/// Gives up an upload: whatever it stored is swept, and its reservation is given back.
///
/// An upload that has ended already stays as it is.
///
/// # Errors
/// [`Refusal::Forbidden`] to all but the supplier.
pub fn give_up_upload(
    delivery: &Delivery,
    no: UploadNo,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.supplier(&delivery.body)?;
    let mut draft = Draft::of(delivery, context);
    drop_upload(&mut draft, no);
    Ok(draft.finish(()))
}

pub(super) fn drop_upload(draft: &mut Draft<'_>, no: UploadNo) {
    let Some(upload) = draft.body().uploads.iter().find(|upload| upload.no == no) else { return };
    let doomed = Doomed { blob: upload.blob, size: upload.reserved, from: draft.now() };
    let body = draft.body_mut();
    body.uploads.retain(|other| other.no != no);
    body.doomed.push(doomed);
    draft.record(What::UploadEnded { upload: no });
}
