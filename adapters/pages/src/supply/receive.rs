use crate::Pages;
use crate::web::{FORM_KEY, Failure, Field, FieldFault, Frame, Refused, Sent, StaffMember};
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

/// The result of receiving a form with files.
#[derive(Default)]
pub(super) struct Received {
    /// The text fields of the form.
    pub(super) sent: Sent,
    /// The name of the invalid field; empty if there is none.
    pub(super) wrong: &'static str,
    /// The number of attached files.
    pub(super) attached: usize,
    /// The warnings about the attached files.
    pub(super) warnings: Vec<FileWarning>,
    /// The names of the other files, and why they were refused. An error of the form itself has an
    /// empty name.
    pub(super) failed: Vec<(String, Failure)>,
    /// Whether the rest of the form was not read.
    pub(super) stopped: bool,
    /// Whether reading stopped because the form has too many parts.
    pub(super) too_many: bool,
}

impl Received {
    /// Records an error of the form itself, which ends reading.
    fn refuse(&mut self, refused: &Refused, frame: &Frame) -> Failure {
        self.wrong = refused.field();
        self.failed.push((String::new(), refused.failure(frame)));
        unreadable()
    }
}

/// What to do with each file of a form.
enum Plan {
    /// Attach the file with this description and these terms.
    Attach(String, Terms),
    /// Replace this attachment, for this reason.
    Replace(AttachmentNo, ReplaceReason),
}

/// Reads a form with files as it arrives, and attaches each file. If `replaces` is set, replaces
/// that attachment.
///
/// The form is read only if the staff member may upload to this request, and its first field must
/// be the form key of the session. After a refused file, the following files are still attached,
/// unless the refused file is too long to be read to its end.
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
            // Files that arrived before the error stay attached, and the page reports them.
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
                is_ours = member.sent(headers, &text);
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

/// Returns the fault of a field that came after its file.
fn late(name: String, replaces: Option<AttachmentNo>) -> FieldFault {
    let known: &[Field] =
        if replaces.is_some() { &[REASON] } else { &[DESCRIPTION, DOWNLOADS, DAYS] };
    match known.iter().find(|field| field.name() == name) {
        Some(field) => FieldFault::Late(*field),
        None => FieldFault::Unknown(name),
    }
}

/// Returns whether the rest of the form cannot be read: the file is too long, or the sender has
/// disconnected.
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

/// Reads the fields before the first file.
async fn plan_for(
    pages: &Pages,
    member: &StaffMember,
    handle: RequestHandle,
    replaces: Option<AttachmentNo>,
    sent: &Sent,
) -> Result<Plan, Refused> {
    if let Some(no) = replaces {
        let reasons = ReplaceReason::ALL.iter().map(|reason| (reason.as_str(), *reason));
        let reasons: Vec<_> = reasons.collect();
        let reason = sent.read(|form| form.choice(REASON, &reasons))?;
        return Ok(Plan::Replace(no, reason));
    }
    let policy = pages.desk.staff_view(handle, &member.actor).await?.policy;
    let read = sent.read(|form| {
        let description = form.optional(DESCRIPTION)?.unwrap_or_default().trim().to_owned();
        let (downloads, days) = (u64::from(policy.max_downloads), u64::from(policy.max_days));
        let downloads = form.number_if_sent(DOWNLOADS, 1..=downloads)?;
        let days = form.number_if_sent(DAYS, 0..=days)?;
        Ok(Plan::Attach(description, policy.terms(downloads, days)))
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
