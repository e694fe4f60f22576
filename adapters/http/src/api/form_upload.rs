use super::error_responses::ErrorResponses;
use super::extract::{Staff, Target};
use super::upload::{AttachedJson, UploadParams, failed, new_file};
use super::words;
use crate::field_errors::{named, unknown_field};
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use crate::problem_json::ProblemJson;
use crate::read_json::read_field;
use crate::upload_form::{FormPart, UploadForm};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::desk::RequestAt;
use desktop_delivery::{Actor, Error};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use utoipa::{IntoResponses, ToSchema, openapi};

/// The uploaded files of a form.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttachedFilesJson {
    files: Vec<AttachedJson>,
}

/// The problem of an incomplete form upload. Earlier files of the form stay attached.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FileProblem {
    #[serde(flatten)]
    problem: ProblemJson,
    /// The name of the refused file, if a file caused the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    file_name: Option<String>,
    /// The files of the form that were attached before the problem occurred. Absent if the form was
    /// not read.
    #[schema(required = false)]
    files: Vec<AttachedJson>,
}

/// The error responses of a form upload.
struct FormErrors;

impl IntoResponses for FormErrors {
    fn responses() -> BTreeMap<String, openapi::RefOr<openapi::Response>> {
        ErrorResponses::with_schema(&FileProblem::name())
    }
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
    #[schema(nullable = false)]
    description: Option<String>,
    /// The number of downloads of the next file, at least 1. Default: the maximum of the profile.
    /// Not allowed with `replaces`.
    #[schema(nullable = false)]
    downloads: Option<u32>,
    /// The number of days after shipping. Default: the maximum of the profile. Not allowed with
    /// `replaces`.
    #[schema(nullable = false)]
    days: Option<u16>,
    /// The number of the attachment that the next file replaces.
    #[schema(nullable = false)]
    replaces: Option<u16>,
    /// The reason for the replacement. Default: `other`. Allowed only with `replaces`.
    #[schema(nullable = false)]
    reason: Option<words::ReplaceReason>,
}

/// Uploads files in a form (RFC 7578) of at most 32 parts.
///
/// The text fields `description`, `downloads`, `days`, `replaces` and `reason` apply to the file
/// that follows them. Any other text field is an error.
#[utoipa::path(post, path = "/api/v1/requests/{handle}/files", tag = "files",
    params(("handle" = String, Path, description = "The handle of the request.")),
    request_body(content = inline(UploadFormSchema), content_type = "multipart/form-data"), responses(
    (status = 201, description = "The files were attached.", body = AttachedFilesJson),
    FormErrors))]
pub(super) async fn upload_form(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(target): Target,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ProblemDetails> {
    let allowed = shared.desk.check_upload(target.handle, &actor).await;
    allowed.map_err(|error| shared.problem_of(&error))?;
    let mut form = UploadForm::of(&headers, body)?;
    let mut attached = Vec::new();
    match attach_all(&shared, target, &actor, &mut form, &mut attached).await {
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
    mut target: RequestAt,
    actor: &Actor,
    form: &mut UploadForm,
    attached: &mut Vec<AttachedJson>,
) -> Result<(), (Option<String>, ProblemDetails)> {
    let handle = target.handle;
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
            let done = shared.desk.upload(target, actor, file, sent.bytes).await?;
            Ok::<_, Error>(AttachedJson::of(name, &done))
        };
        match upload.await {
            Ok(done) => {
                attached.push(done);
                // Attaching the file created a new revision.
                target = handle.into();
            }
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
            let expected = format!("expected files and the fields {}", TEXT_FIELDS.join(", "));
            return Err(unknown_field(name, &expected));
        }
    }
    Ok(())
}
