use super::waiting::{REASONS, reason_word};
use crate::Pages;
use crate::web::{
    FORM_KEY, Failure, Field, FieldFault, Frame, Refused, Sent, StaffMember, is_of_staff_session,
};
use axum::body::Body;
use axum::response::Response;
use desktop_delivery::delivery::ReplaceReason;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::views::FileWarning;
use desktop_delivery::{AttachmentNo, Error, FileName, NewFile, Refusal, RequestHandle, Terms};
use desktop_delivery_http::{FormFile, FormPart, UploadForm};
use http::{HeaderMap, StatusCode};

const DAYS: Field = Field::new("days", "supply-days");
const DESCRIPTION: Field = Field::new("description", "supply-description");
const DOWNLOADS: Field = Field::new("downloads", "supply-downloads");
const FILE: Field = Field::new("file", "supply-choose");
const REASON: Field = Field::new("reason", "supply-why");

/// What became of a form with files.
#[derive(Default)]
pub(super) struct Received {
    /// Its fields.
    pub(super) sent: Sent,
    /// The field that is wrong; empty where none is.
    pub(super) wrong: &'static str,
    /// Files that are attached.
    pub(super) attached: usize,
    /// Warnings about them.
    pub(super) warnings: Vec<FileWarning>,
    /// The names of those that are not, and why; without a name, what is wrong with the form itself.
    pub(super) failed: Vec<(String, Failure)>,
    /// Whether what followed a failure was left unread.
    pub(super) stopped: bool,
    /// Whether that was because the form has too many parts.
    pub(super) too_many: bool,
}

impl Received {
    /// Records what is wrong with the form itself, of which nothing more is read.
    fn refuse(&mut self, refused: &Refused, frame: &Frame) -> Failure {
        self.wrong = refused.field();
        self.failed.push((String::new(), refused.failure(frame)));
        unreadable()
    }
}

/// What the fields of a form ask for, for each of its files.
enum Plan {
    /// To attach it with this description and these terms.
    Attach(String, Terms),
    /// To put it in the place of this one, for this reason.
    Replace(AttachmentNo, ReplaceReason),
}

/// Reads a form with files as it arrives, and attaches each; in the place of `replaces` where that is a
/// file.
///
/// None of it is read until somebody is signed in who may upload to this request, and its first
/// field must be the key of the session's forms. A refused file does not keep out those after it,
/// unless it is too long to be read to its end.
pub(super) async fn receive(
    pages: &Pages,
    member: Result<StaffMember, Response>,
    handle: RequestHandle,
    replaces: Option<AttachmentNo>,
    headers: &HeaderMap,
    body: Body,
) -> Result<(StaffMember, Received), Response> {
    let member = member?;
    let allowed = pages.desk.check_upload(handle, &member.actor).await;
    allowed.map_err(|error| Failure::of(&error, &member.frame).show(&member.frame))?;
    let form = UploadForm::of(headers, body);
    let mut form = form.map_err(|_| unreadable().show(&member.frame))?;
    let mut received = Received::default();
    let read = read(pages, &member, handle, replaces, headers, &mut form, &mut received).await;
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
    pages: &Pages,
    member: &StaffMember,
    handle: RequestHandle,
    replaces: Option<AttachmentNo>,
    headers: &HeaderMap,
    form: &mut UploadForm,
    received: &mut Received,
) -> Result<(), Failure> {
    let (mut is_ours, mut plan) = (false, None);
    while let Some(part) = form.next().await.map_err(|_| unreadable())? {
        match part {
            FormPart::Text { name, text } if name == FORM_KEY => {
                is_ours = is_of_staff_session(headers, pages, &text).await;
            }
            _ if !is_ours => return Err(Failure::new(StatusCode::FORBIDDEN, "form-key")),
            FormPart::Text { name, .. } if plan.is_some() => {
                return Err(received.refuse(&late(name, replaces).into(), &member.frame));
            }
            FormPart::Text { name, text } => received.sent.push(name, text),
            FormPart::File(file) => {
                if file.field != FILE.name() {
                    let unknown = FieldFault::Unknown(file.field);
                    return Err(received.refuse(&unknown.into(), &member.frame));
                }
                if plan.is_some() && replaces.is_some() {
                    let twice = FieldFault::Twice(FILE);
                    return Err(received.refuse(&twice.into(), &member.frame));
                }
                let planned = match plan.take() {
                    Some(plan) => Ok(plan),
                    None => plan_for(pages, member, handle, replaces, &received.sent).await,
                };
                let planned =
                    planned.map_err(|refused| received.refuse(&refused, &member.frame))?;
                let name = file.file_name.clone();
                match attach(pages, member, handle, &planned, file).await {
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
                plan = Some(planned);
            }
        }
    }
    Ok(())
}

/// The fault of a field that came after the file that it belongs to.
fn late(name: String, replaces: Option<AttachmentNo>) -> FieldFault {
    let known: &[Field] =
        if replaces.is_some() { &[REASON] } else { &[DESCRIPTION, DOWNLOADS, DAYS] };
    match known.iter().find(|field| field.name() == name) {
        Some(field) => FieldFault::Late(*field),
        None => FieldFault::Unknown(name),
    }
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

/// Reads the fields that stand before the first file. Terms that are not sent are the most that the
/// profile allows.
async fn plan_for(
    pages: &Pages,
    member: &StaffMember,
    handle: RequestHandle,
    replaces: Option<AttachmentNo>,
    sent: &Sent,
) -> Result<Plan, Refused> {
    if let Some(no) = replaces {
        let reasons = REASONS.map(|reason| (reason_word(reason), reason));
        let reason = sent.read(|form| form.choice(REASON, &reasons))?;
        return Ok(Plan::Replace(no, reason));
    }
    let policy = pages.desk.staff_view(handle, &member.actor).await?.policy;
    let read = sent.read(|form| {
        let description = form.optional(DESCRIPTION)?.unwrap_or_default().trim().to_owned();
        let (downloads, days) = (u64::from(policy.max_downloads), u64::from(policy.max_days));
        let downloads = form.number_if_sent(DOWNLOADS, 1..=downloads)?;
        let days = form.number_if_sent(DAYS, 0..=days)?;
        let downloads = downloads.unwrap_or(policy.max_downloads);
        Ok(Plan::Attach(description, Terms::new(downloads, days.unwrap_or(policy.max_days))))
    });
    Ok(read?)
}

async fn attach(
    pages: &Pages,
    member: &StaffMember,
    handle: RequestHandle,
    plan: &Plan,
    sent: FormFile,
) -> Result<Vec<FileWarning>, Error> {
    let mut file = NewFile::new(FileName::new(&sent.file_name)?);
    if let Some(stated) = sent.media_type {
        file = file.with_media_type(stated);
    }
    file = match plan {
        Plan::Attach(description, terms) => file.with_description(description).with_terms(*terms),
        Plan::Replace(no, reason) => file.replacing(*no, *reason),
    };
    let attached = pages.desk.upload(handle, &member.actor, file, sent.bytes).await?;
    Ok(attached.warnings)
}
