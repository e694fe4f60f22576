use super::downloads::Downloads;
use super::error_responses::ErrorResponses;
use super::extract::{Handle, Params, Staff};
use super::models::WarningJson;
use super::terms_refused::{StatedEnd, StatedTerms, refused};
use crate::field_errors::named;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use crate::problem_json::ProblemJson;
use crate::read_json::read_field;
use crate::upload_form::{FormPart, UploadForm};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::delivery::ReplaceReason;
use desktop_delivery::desk::Attached;
use desktop_delivery::{Actor, AttachmentNo, Error, FileName, NewFile, Refusal, RequestHandle};
use futures_util::TryStreamExt as _;
use http::{HeaderMap, StatusCode, Version, header};
use http_body::Body as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io;
use utoipa::{IntoParams, ToSchema};

/// The query parameters of an upload.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct UploadParams {
    /// The lending library's description, at most 500 bytes. A replacement without a description
    /// keeps the existing one.
    #[serde(default)]
    description: String,
    /// The number of downloads, at least 1. Default: the maximum of the profile. Not allowed with
    /// `replaces`.
    #[param(value_type = Option<u32>, minimum = 1)]
    downloads: Option<Downloads>,
    /// The number of days after shipping. Default: the maximum of the profile. Not allowed with
    /// `replaces`.
    days: Option<u16>,
    /// The number of the attachment to replace.
    replaces: Option<u16>,
    /// The reason for the replacement: `missing-pages`, `unreadable`, `wrong-document` or `other`.
    /// Default: `other`. Allowed only with `replaces`.
    #[param(value_type = Option<String>)]
    reason: Option<ReplaceReason>,
}

impl UploadParams {
    /// Rejects fields that would have no effect.
    fn check(&self) -> Result<(), ProblemDetails> {
        if self.replaces.is_none() && self.reason.is_some() {
            return Err(ProblemDetails::malformed("`reason` is allowed only with `replaces`"));
        }
        if self.replaces.is_some() && (self.downloads.is_some() || self.days.is_some()) {
            return Err(ProblemDetails::malformed(
                "a replacement keeps the downloads and days of the attachment; change them with PATCH",
            ));
        }
        Ok(())
    }

    /// Returns the terms as sent, for the explanation of a refusal.
    fn stated(&self) -> StatedTerms {
        StatedTerms {
            downloads: self.downloads.map(|downloads| ("downloads", downloads.get())),
            end: self.days.map(|days| ("days", StatedEnd::Days(days))),
            start: None,
        }
    }
}

/// An uploaded file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttachedJson {
    /// The number of the attachment.
    no: u16,
    /// The version of the attachment.
    version: u16,
    /// The sanitized file name.
    file_name: String,
    /// The media type, detected from the content.
    #[schema(example = "application/pdf")]
    media_type: String,
    /// The size in bytes.
    size: u64,
    /// The SHA-256 digest of the content, in hexadecimal.
    digest: String,
    /// Warnings for staff to check. The file is attached regardless.
    warnings: Vec<WarningJson>,
}

impl AttachedJson {
    fn of(file_name: String, attached: &Attached) -> Self {
        Self {
            no: attached.attachment.get(),
            version: attached.version.get(),
            file_name,
            media_type: attached.media_type.clone(),
            size: attached.stored.size,
            digest: attached.stored.digest.to_string(),
            warnings: attached.warnings.iter().map(WarningJson::of).collect(),
        }
    }
}

/// The uploaded files of a form.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttachedFilesJson {
    files: Vec<AttachedJson>,
}

/// The problem of an incomplete form upload. Earlier files of the form stay attached.
#[derive(Debug, Serialize, ToSchema)]
struct FileProblem {
    #[serde(flatten)]
    problem: ProblemJson,
    /// The name of the refused file, if a file caused the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_name: Option<String>,
    /// The files of the form that were attached before the problem occurred.
    files: Vec<AttachedJson>,
}

/// A form with files. Each text field applies to the file that follows it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the OpenAPI document uses it")]
struct UploadFormSchema {
    /// A file. A form may have several files, under any field names except those of the text
    /// fields.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The lending library's description of the next file, at most 500 bytes. A replacement without
    /// a description keeps the existing one.
    description: Option<String>,
    /// The number of downloads of the next file, at least 1. Default: the maximum of the profile.
    /// Not allowed with `replaces`.
    downloads: Option<u32>,
    /// The number of days after shipping. Default: the maximum of the profile. Not allowed with
    /// `replaces`.
    days: Option<u16>,
    /// The number of the attachment that the next file replaces.
    replaces: Option<u16>,
    /// The reason for the replacement: `missing-pages`, `unreadable`, `wrong-document` or `other`.
    /// Default: `other`. Allowed only with `replaces`.
    reason: Option<String>,
}

/// Uploads one file as the request body.
#[utoipa::path(put, path = "/api/requests/{handle}/uploads/{file_name}", tag = "files",
    params(("handle" = String, Path, description = "The handle of the request."),
    ("file_name" = String, Path, description = "The name of the file."), UploadParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 201, description = "The file was attached.", body = AttachedJson),
    (status = 411, description = "The length of the body is unknown.",
    content_type = "application/problem+json", body = ProblemJson), ErrorResponses))]
pub(super) async fn upload_file(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    Path((_, file_name)): Path<(String, String)>,
    Params(params): Params<UploadParams>,
    request: Request,
) -> Result<Response, ProblemDetails> {
    params.check()?;
    let size = size(&request)?;
    let stated = request.headers().get(header::CONTENT_TYPE);
    let stated = stated.and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let upload = async {
        let mut file = new_file(&shared, handle, &actor, &file_name, &params).await?;
        file.media_type = stated;
        file.size = size;
        let name = file.file_name.as_str().to_owned();
        let bytes = request.into_body().into_data_stream().map_err(io::Error::other);
        let attached = shared.desk.upload(handle, &actor, file, Box::pin(bytes)).await?;
        Ok::<_, Error>(AttachedJson::of(name, &attached))
    };
    let attached = match upload.await {
        Ok(attached) => attached,
        Err(error) => return Err(failed(&shared, handle, &actor, &params, &error).await),
    };
    Ok((StatusCode::CREATED, Json(attached)).into_response())
}

/// Creates the problem of a failed upload.
///
/// If the caller may upload to the request but the file to replace does not exist, the problem
/// refers to the parameter `replaces`, since the path is correct.
async fn failed(
    shared: &Shared,
    handle: RequestHandle,
    actor: &Actor,
    params: &UploadParams,
    error: &Error,
) -> ProblemDetails {
    let Some(no) = params.replaces else {
        return refused(shared, handle, actor, None, &params.stated(), error).await;
    };
    let problem = shared.problem_of(error);
    let Error::Refused(refusal) = error else { return problem };
    let missing = match refusal {
        Refusal::Unknown => "the request has no file with that number",
        Refusal::Removed { .. } => "that file was removed",
        Refusal::Purged { .. } => "that file was deleted after its terms ended",
        _ => return problem,
    };
    if shared.desk.check_upload(handle, actor).await.is_err() {
        return problem;
    }
    let title = format!("`replaces` is {no}; {missing}");
    let remedy = "send the `no` of a file of the request, or omit `replaces` to add a file";
    ProblemDetails { title, remedy: remedy.into(), ..problem }
}

/// Returns the length of a request's body, or `None` if the body is framed by chunks (RFC 9112
/// section 7.1) or HTTP/2 frames (RFC 9113 section 8.1), which mark its end.
///
/// A body with neither, such as one that a host creates from a stream, is rejected: an interrupted
/// sender could not be distinguished from one that has finished.
fn size(request: &Request) -> Result<Option<u64>, ProblemDetails> {
    let stated = request.headers().get(header::CONTENT_LENGTH);
    let stated = stated.and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let size = stated.or_else(|| request.body().size_hint().exact());
    let is_framed = request.version() >= Version::HTTP_2
        || request.headers().contains_key(header::TRANSFER_ENCODING);
    if size.is_none() && !is_framed {
        return Err(ProblemDetails::new(
            StatusCode::LENGTH_REQUIRED,
            "length-required",
            "the length of the body is unknown",
            "send Content-Length, or use chunked transfer coding",
        ));
    }
    Ok(size)
}

/// Uploads files in a form (RFC 7578) of at most 32 parts.
///
/// The text fields `description`, `downloads`, `days`, `replaces` and `reason` apply to the file
/// that follows them. Any other text field is an error.
#[utoipa::path(post, path = "/api/requests/{handle}/files", tag = "files",
    params(("handle" = String, Path, description = "The handle of the request.")),
    request_body(content = inline(UploadFormSchema), content_type = "multipart/form-data"), responses(
    (status = 201, description = "The files were attached.", body = AttachedFilesJson),
    ErrorResponses))]
pub(super) async fn upload_form(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ProblemDetails> {
    let allowed = shared.desk.check_upload(handle, &actor).await;
    allowed.map_err(|error| shared.problem_of(&error))?;
    let mut form = UploadForm::of(&headers, body)?;
    let mut attached = Vec::new();
    match attach_all(&shared, handle, &actor, &mut form, &mut attached).await {
        Ok(()) => {
            Ok((StatusCode::CREATED, Json(AttachedFilesJson { files: attached })).into_response())
        }
        Err((file_name, problem)) => {
            let body = FileProblem { problem: (&problem).into(), file_name, files: attached };
            let mut response = problem.into_response();
            *response.body_mut() = Body::from(serde_json::to_vec(&body).unwrap_or_default());
            Ok(response)
        }
    }
}

async fn attach_all(
    shared: &Shared,
    handle: RequestHandle,
    actor: &Actor,
    form: &mut UploadForm,
    attached: &mut Vec<AttachedJson>,
) -> Result<(), (Option<String>, ProblemDetails)> {
    let mut params = UploadParams::default();
    // The fields sent since the last file. After the last file of the form, they would be lost.
    let mut before_file: Vec<String> = Vec::new();
    while let Some(part) = form.next().await.map_err(|problem| (None, problem))? {
        let sent = match part {
            FormPart::Text { name, text } => {
                if before_file.contains(&name) {
                    let what = format!("{} appears twice for one file", named(&name));
                    return Err((None, ProblemDetails::malformed(what)));
                }
                set(&mut params, &name, text).map_err(|problem| (None, problem))?;
                before_file.push(name);
                continue;
            }
            FormPart::File(sent) => sent,
        };
        let file_name = sent.file_name;
        let of_file = |problem| (Some(file_name.clone()), problem);
        if TEXT_FIELDS.contains(&sent.field.as_str()) {
            let what = format!("`{}` is a file; expected text", sent.field);
            return Err(of_file(ProblemDetails::malformed(what)));
        }
        params.check().map_err(of_file)?;
        let upload = async {
            let file = new_file(shared, handle, actor, &file_name, &params).await?;
            let file = match sent.media_type {
                Some(stated) => file.with_media_type(stated),
                None => file,
            };
            let name = file.file_name.as_str().to_owned();
            let done = shared.desk.upload(handle, actor, file, sent.bytes).await?;
            Ok::<_, Error>(AttachedJson::of(name, &done))
        };
        match upload.await {
            Ok(done) => attached.push(done),
            Err(error) => {
                // If the form itself ended during the file, report that instead.
                let form_problem = form.failure();
                let problem = match form_problem {
                    Some(problem) => problem,
                    None => failed(shared, handle, actor, &params, &error).await,
                };
                return Err(of_file(problem));
            }
        }
        (params, before_file) = (UploadParams::default(), Vec::new());
    }
    if attached.is_empty() {
        return Err((None, ProblemDetails::malformed("the form has no files")));
    }
    if let Some(name) = before_file.first() {
        let what = format!("no file follows {}; send each field before its file", named(name));
        return Err((None, ProblemDetails::malformed(what)));
    }
    Ok(())
}

/// Creates the upload for the desk.
async fn new_file(
    shared: &Shared,
    handle: RequestHandle,
    actor: &Actor,
    file_name: &str,
    params: &UploadParams,
) -> Result<NewFile, Error> {
    let mut file = NewFile::new(FileName::new(file_name)?).with_description(&*params.description);
    if params.downloads.is_some() || params.days.is_some() {
        let policy = shared.desk.staff_view(handle, actor).await?.policy;
        let downloads = params.downloads.map(Downloads::get);
        file = file.with_terms(policy.terms(downloads, params.days));
    }
    Ok(match params.replaces {
        Some(no) => {
            let reason = params.reason.unwrap_or(ReplaceReason::Other);
            file.replacing(AttachmentNo::new(no), reason)
        }
        None => file,
    })
}

/// The names of the text fields of a form.
const TEXT_FIELDS: [&str; 5] = ["days", "description", "downloads", "reason", "replaces"];

/// Sets the parameter of a text field.
fn set(params: &mut UploadParams, name: &str, text: String) -> Result<(), ProblemDetails> {
    // Browsers send empty fields, too.
    fn entered<T: DeserializeOwned>(name: &str, text: &str) -> Result<Option<T>, ProblemDetails> {
        if text.is_empty() { Ok(None) } else { read_field(name, text).map(Some) }
    }
    match name {
        "description" => params.description = text,
        "downloads" => params.downloads = entered(name, &text)?,
        "days" => params.days = entered(name, &text)?,
        "replaces" => params.replaces = entered(name, &text)?,
        "reason" => params.reason = entered(name, &text)?,
        "file" => {
            return Err(ProblemDetails::malformed("`file` is text; expected a file with a name"));
        }
        _ => {
            return Err(ProblemDetails::malformed(format!(
                "{} is not a known field; expected files and the fields {}",
                named(name),
                TEXT_FIELDS.join(", ")
            )));
        }
    }
    Ok(())
}
