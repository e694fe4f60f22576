use super::intake::{Intake, Seen};
use super::{Desk, RequestAt};
use crate::content::FileContent;
use crate::decide::{
    self, BeginUpload, Grant, Ship, Shipment, StoredUpload, TermsChange, UploadRoom,
};
use crate::desk::Error;
use crate::model::attachment::{MAX_DESCRIPTION_BYTES, Version};
use crate::model::event::Actor;
use crate::model::file_warning::FileWarning;
use crate::model::ids::{AttachmentNo, BlobKey, RequestHandle, VersionNo};
use crate::model::input::{InputFault, InputField, InvalidInput};
use crate::model::refusal::Refusal;
use crate::model::terms::Terms;
use crate::model::upload::{NewFile, Upload};
use crate::ports::blob_store::{ByteStream, Stored};
use crate::ports::inspector::{UploadInfo, Verdict};
use std::future::poll_fn;
use std::sync::{Arc, PoisonError};

/// The result of an upload.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// The attachment.
    pub attachment: AttachmentNo,
    /// Its new version.
    pub version: VersionNo,
    /// The size and digest of the stored bytes.
    pub stored: Stored,
    /// The media type detected from the bytes.
    pub media_type: String,
    /// The warnings for the person who uploads the file, which is attached nevertheless.
    pub warnings: Vec<FileWarning>,
}

impl Desk {
    /// Uploads a file to a request: reserves room, stores, inspects and attaches the file.
    ///
    /// Within one process, uploads to the same request wait for each other when they change the
    /// request; their bytes are received concurrently. If the length is not stated, room for the
    /// largest file that the profile and the quota allow is reserved during the upload.
    ///
    /// `bytes` must end with an error if its source stops before the end of the file: see
    /// [`ByteStream`].
    ///
    /// # Errors
    /// [`Refusal::TooLarge`], [`Refusal::UnsupportedType`], [`Refusal::Inspected`],
    /// [`Refusal::NeverFits`], [`Refusal::OverQuota`] and the other refusals of
    /// [`decide::begin_upload`] and [`decide::attach`]; [`InvalidInput`] if the file is empty, is
    /// shorter or longer than stated, or is received too slowly, or if a text is too long;
    /// [`Error::Store`], with kind `Interrupted` if `bytes` failed. After an error, nothing is
    /// attached, and stored bytes are deleted later.
    pub async fn upload(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        file: NewFile,
        bytes: ByteStream,
    ) -> Result<Attached, Error> {
        let request = request.into();
        let handle = request.handle;
        check_description(&file.description)?;
        // An upload that cannot be given up now is retried by the next due work.
        self.give_up_dropped(Some(handle)).await;
        let blob = BlobKey::from_bytes(self.random()?);
        let mut underway = self.uploads.begin(handle, blob);
        let (upload, room) = match self.begin_upload(request, actor, &file, blob).await {
            Ok(begun) => begun,
            Err(error) => {
                let error = self.never_fits(handle, actor, &file, bytes, error).await;
                // A refusal is final; a commit that failed may have been applied nevertheless.
                if !matches!(error, Error::Store(_)) {
                    underway.settled();
                }
                return Err(error);
            }
        };
        underway.begun();
        let attached = self.take_in(handle, actor, &file, (&upload, room), bytes).await;
        if attached.is_err() {
            let turn = self.lines.turn(handle).await;
            if self.give_up(turn, handle, blob).await.is_err() {
                return attached;
            }
        }
        underway.settled();
        attached
    }

    /// Reserves room for the file: its length or, if that is unknown, the maximum that it may have.
    async fn begin_upload(
        &self,
        request: RequestAt,
        actor: &Actor,
        file: &NewFile,
        blob: BlobKey,
    ) -> Result<(Upload, UploadRoom), Error> {
        let _turn = self.lines.turn(request.handle).await;
        let begin = |at_most| {
            self.decide_patiently(request, actor, move |delivery, context| {
                let lease = self.heartbeat.lease(context.now);
                let begin =
                    BeginUpload::new(file.clone(), blob).with_at_most(at_most).with_lease(lease);
                let begun = decide::begin_upload(delivery, &begin, context)?;
                Ok(begun.map(|upload| {
                    let room = UploadRoom::of(&upload, context.policy, at_most);
                    (upload, room)
                }))
            })
        };
        let begun = begin(None).await;
        match &begun {
            Err(Error::Refused(refusal)) => match decide::rest_of_quota(refusal, file) {
                Some(left) => begin(Some(left)).await,
                None => begun,
            },
            _ => begun,
        }
    }

    /// Returns the error for a file of unknown length that its library's quota refused:
    /// [`Refusal::NeverFits`] or [`Refusal::TooLarge`] if removing documents would not make room
    /// for the file, and otherwise `error`. The bytes of the file are counted and discarded.
    async fn never_fits(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        file: &NewFile,
        mut bytes: ByteStream,
        error: Error,
    ) -> Error {
        let Error::Refused(refusal) = &error else { return error };
        let Some(quota) = decide::quota_in_doubt(refusal, file) else { return error };
        let Ok(view) = self.staff_view(handle, actor).await else { return error };
        let until = self.clock.now().plus_seconds(i64::from(view.policy.upload_seconds));
        let mut length = 0_u64;
        while let Some(Ok(piece)) = poll_fn(|task| bytes.as_mut().poll_next(task)).await {
            length = length.saturating_add(piece.len().try_into().unwrap_or(u64::MAX));
            if let Some(refusal) = decide::never_fits(length, quota, &view.policy) {
                return refusal.into();
            }
            if self.clock.now() >= until {
                break;
            }
        }
        error
    }

    async fn take_in(
        &self,
        handle: RequestHandle,
        actor: &Actor,
        file: &NewFile,
        (upload, room): (&Upload, UploadRoom),
        bytes: ByteStream,
    ) -> Result<Attached, Error> {
        let bound = if file.size.is_some() { None } else { room.bound() };
        let (bytes, seen) = Intake::watch(bytes, upload, bound, Arc::clone(&self.clock));
        let stored = self.blobs.put(upload.blob, bytes).await;
        let Seen { head, too_large, over_bound, too_late } =
            std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
        if too_large {
            return Err(match file.size {
                Some(_) => bad_upload(InputFault::LONGER_THAN_STATED),
                None => room.too_large(over_bound).into(),
            });
        }
        if too_late {
            return Err(bad_upload(InputFault::TOO_SLOW));
        }
        let stored = stored?;
        if file.size.is_some_and(|size| size != stored.size) {
            return Err(bad_upload(InputFault::SHORTER_THAN_STATED));
        }
        if stored.size == 0 {
            return Err(bad_upload(InputFault::EMPTY_FILE));
        }
        let (blobs, blob, name) = (&*self.blobs, upload.blob, &file.file_name);
        let stated = file.media_type.as_deref();
        let content = FileContent::examine(blobs, blob, stored.size, &head, stated).await?;
        let (size, digest) = (stored.size, stored.digest);
        let inspected = UploadInfo::new(blob, name, content.media_type(), size, digest);
        if let Verdict::Refuse { reason } = self.inspector.inspect(&inspected, &*self.blobs).await?
        {
            return Err(Refusal::Inspected { reason }.into());
        }
        let settled = StoredUpload::new(upload.no, stored, content);
        let _turn = self.lines.turn(handle).await;
        let (attachment, attached) = self
            .decide_patiently(handle, actor, |delivery, context| {
                decide::attach(delivery, &settled, context)
            })
            .await?;
        if file.replaces.is_some() {
            self.sweep_many(handle).await;
        }
        let Version { no: version, media_type, warnings, .. } = attached;
        Ok(Attached { attachment, version, stored, media_type, warnings })
    }

    /// Changes the supplier's description of an attachment; at most 500 bytes.
    ///
    /// # Errors
    /// The refusals of [`decide::describe`]; [`InvalidInput`] if the description is too long or
    /// contains a control character; [`Error::Store`].
    pub async fn describe(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        attachment: AttachmentNo,
        description: &str,
    ) -> Result<(), Error> {
        check_description(description)?;
        self.decide(request, actor, |delivery, context| {
            decide::describe(delivery, attachment, description, context)
        })
        .await
    }

    /// Reorders the attachments.
    ///
    /// # Errors
    /// The refusals of [`decide::reorder`]; [`Error::Store`].
    pub async fn reorder(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        order: &[AttachmentNo],
    ) -> Result<(), Error> {
        self.decide(request, actor, |delivery, context| decide::reorder(delivery, order, context))
            .await
    }

    /// Removes an attachment.
    ///
    /// # Errors
    /// The refusals of [`decide::remove`]; [`Error::Store`].
    pub async fn remove(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        attachment: AttachmentNo,
    ) -> Result<(), Error> {
        self.decide(request, actor, |delivery, context| {
            decide::remove(delivery, attachment, context)
        })
        .await
    }

    /// Ships a request; a requester that is a partner without an account gets its link by email.
    ///
    /// # Errors
    /// [`Refusal::NothingAttached`], unless `shipment` is [`Shipment::WithoutFiles`]; the other
    /// refusals of [`decide::ship`]; [`Error::Store`].
    pub async fn ship(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        shipment: Shipment,
    ) -> Result<(), Error> {
        let request = request.into();
        let delivery = self.load(request.handle).await?;
        let notify_partner = self.requester_of(&delivery).await?.is_partner();
        let command = Ship::new(shipment).with_notify_partner(notify_partner);
        self.decide_loaded(request, delivery, actor, |delivery, context| {
            decide::ship(delivery, &command, context)
        })
        .await
    }

    /// Withdraws a shipped request; `why` has at most 500 bytes.
    ///
    /// # Errors
    /// The refusals of [`decide::withdraw`]; [`InvalidInput`] if the reason is too long or contains
    /// a control character; [`Error::Store`].
    pub async fn withdraw(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        why: &str,
    ) -> Result<(), Error> {
        check_reason(why)?;
        self.decide(request, actor, |delivery, context| decide::withdraw(delivery, why, context))
            .await
    }

    /// Accepts or declines the requester's cancellation request.
    ///
    /// # Errors
    /// The refusals of [`decide::answer_cancel`]; [`Error::Store`].
    pub async fn answer_cancel(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        accept: bool,
    ) -> Result<(), Error> {
        self.decide(request, actor, |delivery, context| {
            decide::answer_cancel(delivery, accept, context)
        })
        .await
    }

    /// Changes an attachment's terms; returns the terms that now apply.
    ///
    /// # Errors
    /// The refusals of [`decide::change_terms`]; [`InvalidInput`] if the reason is too long or
    /// contains a control character; [`Error::Store`].
    pub async fn change_terms(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        change: &TermsChange,
    ) -> Result<Terms, Error> {
        check_reason(&change.why)?;
        self.decide(request, actor, |delivery, context| {
            decide::change_terms(delivery, change, context)
        })
        .await
    }

    /// Grants an extension: more downloads, more time, or both.
    ///
    /// # Errors
    /// The refusals of [`decide::grant`]; [`Error::Store`].
    pub async fn grant(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        grant: &Grant,
    ) -> Result<(), Error> {
        self.decide(request, actor, |delivery, context| decide::grant(delivery, grant, context))
            .await
    }
}

const fn bad_upload(fault: InputFault) -> Error {
    Error::InvalidInput(InvalidInput::new(InputField::UPLOAD, fault))
}

fn check_description(text: &str) -> Result<(), InvalidInput> {
    check_text(InputField::DESCRIPTION, text)
}

fn check_reason(text: &str) -> Result<(), InvalidInput> {
    check_text(InputField::REASON, text)
}

fn check_text(field: InputField, text: &str) -> Result<(), InvalidInput> {
    if text.len() > MAX_DESCRIPTION_BYTES {
        let fault = InputFault::TOO_LONG.with_limit(MAX_DESCRIPTION_BYTES);
        return Err(InvalidInput::new(field, fault));
    }
    if text.chars().any(char::is_control) {
        return Err(InvalidInput::new(field, InputFault::CONTROL_CHARACTER));
    }
    Ok(())
}
