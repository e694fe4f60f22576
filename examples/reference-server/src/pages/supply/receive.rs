use super::entered::{Fields, number, text};
use super::waiting::{REASONS, reason_word};
use crate::assemble::Server;
use crate::web::{FORM_KEY, Failure, StaffMember, is_of_session};
use axum::body::Body;
use axum::response::Response;
use desktop_delivery::{
    AttachmentNo, Error, FileName, FileWarning, NewFile, Refusal, ReplaceReason, RequestHandle,
    StoreErrorKind, Terms,
};
use desktop_delivery_http::{FormFile, FormPart, UploadForm};
use http::{HeaderMap, StatusCode};

/// What became of a form with files.
#[derive(Default)]
pub(super) struct Received {
    /// Its fields.
    pub(super) fields: Fields,
    /// Files that are attached.
    pub(super) attached: usize,
    /// Warnings about them.
    pub(super) warnings: Vec<FileWarning>,
    /// The names of those that are not, and why.
    pub(super) failed: Vec<(String, Failure)>,
    /// Whether what followed a failure was left unread.
    pub(super) stopped: bool,
    /// Whether that was because the form has too many parts.
    pub(super) too_many: bool,
}

/// Reads a form with files as it arrives, and attaches each; in the place of `replaces` where that is a
/// file.
///
/// None of it is read until somebody is signed in who may upload to this request, and its first
/// field must be the key of the session's forms. A refused file does not keep out those after it,
/// unless it is too long to be read to its end.
pub(super) async fn receive(
    server: &Server,
    member: Result<StaffMember, Response>,
    handle: RequestHandle,
    replaces: Option<AttachmentNo>,
    headers: &HeaderMap,
    body: Body,
) -> Result<(StaffMember, Received), Response> {
    let member = member?;
    let allowed = server.desk.check_upload(handle, &member.actor).await;
    allowed.map_err(|error| Failure::of(&error, &member.frame).show(&member.frame))?;
    let form = UploadForm::of(headers, body);
    let mut form = form.map_err(|_| unreadable().show(&member.frame))?;
    let mut received = Received::default();
    let read = read(server, &member, handle, replaces, headers, &mut form, &mut received).await;
    match read {
        Ok(()) => Ok((member, received)),
        Err(failure) => {
            // What arrived before it broke off is attached, and said to be.
            if received.attached == 0 && received.failed.is_empty() {
                return Err(failure.show(&member.frame));
            }
            received.stopped = true;
            received.too_many = form.has_too_many_parts();
            Ok((member, received))
        }
    }
}

fn unreadable() -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "form")
}

async fn read(
    server: &Server,
    member: &StaffMember,
    handle: RequestHandle,
    replaces: Option<AttachmentNo>,
    headers: &HeaderMap,
    form: &mut UploadForm,
    received: &mut Received,
) -> Result<(), Failure> {
    let mut is_ours = false;
    while let Some(part) = form.next().await.map_err(|_| unreadable())? {
        match part {
            FormPart::Text { name, text } if name == FORM_KEY => {
                is_ours = is_of_session(headers, server, &text).await;
            }
            _ if !is_ours => return Err(Failure::new(StatusCode::FORBIDDEN, "form-key")),
            FormPart::Text { name, text } => {
                received.fields.insert(name, text);
            }
            FormPart::File(file) => {
                let name = file.file_name.clone();
                let fields = &received.fields;
                match attach(server, member, handle, replaces, fields, file).await {
                    Ok(warnings) => {
                        received.attached += 1;
                        received.warnings.extend(warnings);
                    }
                    Err(error) => {
                        let is_last = is_cut_short(&error);
                        received.failed.push((name, Failure::of(&error, &member.frame)));
                        if is_last {
                            return Err(unreadable());
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

/// Whether reading on makes no sense: the file has no end in sight, or the sender has gone.
fn is_cut_short(error: &Error) -> bool {
    match error {
        Error::Refused(
            Refusal::NeverFits { .. }
            | Refusal::TooLarge { .. }
            | Refusal::Unknown
            | Refusal::Forbidden,
        ) => true,
        Error::Store(store) => store.kind() == StoreErrorKind::Interrupted,
        _ => false,
    }
}

async fn attach(
    server: &Server,
    member: &StaffMember,
    handle: RequestHandle,
    replaces: Option<AttachmentNo>,
    fields: &Fields,
    sent: FormFile,
) -> Result<Vec<FileWarning>, Error> {
    let mut file =
        NewFile::new(FileName::new(&sent.file_name)?).with_description(text(fields, "description"));
    if let Some(stated) = sent.media_type {
        file = file.with_media_type(stated);
    }
    if let Some(no) = replaces {
        file = file.replacing(no, reason(fields));
    } else {
        file = file.with_terms(terms(server, member, handle, fields).await?);
    }
    let attached = server.desk.upload(handle, &member.actor, file, sent.bytes).await?;
    Ok(attached.warnings)
}

fn reason(fields: &Fields) -> ReplaceReason {
    let word = text(fields, "reason");
    let known = REASONS.into_iter().find(|reason| reason_word(*reason) == word);
    known.unwrap_or(ReplaceReason::Other)
}

/// The terms of the form; what is left out is the most that the profile allows.
async fn terms(
    server: &Server,
    member: &StaffMember,
    handle: RequestHandle,
    fields: &Fields,
) -> Result<Terms, Error> {
    let policy = server.desk.staff_view(handle, &member.actor).await?.policy;
    // What is no number is more than any policy allows, and so is told what is.
    let downloads = number(fields, "downloads").unwrap_or(Some(u32::MAX));
    let days = number(fields, "days").unwrap_or(Some(u16::MAX));
    Ok(Terms::new(downloads.unwrap_or(policy.max_downloads), days.unwrap_or(policy.max_days)))
}
