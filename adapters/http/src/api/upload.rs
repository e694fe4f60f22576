use super::extract::{Handle, Params, Staff};
use super::problem_of;
use crate::drained::Drained;
use crate::parts::Shared;
use crate::problem::{Problem, ProblemJson};
use crate::upload_form::{FormPart, UploadForm};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::{
    Actor, Attached, AttachmentNo, Error, FileName, NewFile, ReplaceReason, RequestHandle, Terms,
};
use futures_util::TryStreamExt as _;
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use std::io;
use utoipa::{IntoParams, ToSchema};

/// Files in one form.
const MAX_FILES: usize = 50;

/// What goes with an upload.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct UploadParams {
    /// What the lending library says about it, at most 500 bytes.
    #[serde(default)]
    description: String,
    /// Downloads, from 1; the most that the profile allows where it is left out.
    downloads: Option<u32>,
    /// Days after Shipped; the most that the profile allows where it is left out.
    days: Option<u16>,
    /// The attachment that it replaces.
    replaces: Option<u16>,
    /// Why: `missing-pages`, `unreadable`, `wrong-document` or `other`.
    #[param(value_type = Option<String>)]
    reason: Option<ReplaceReason>,
}

/// What an upload became.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttachedJson {
    /// The attachment.
    no: u16,
    /// Its version.
    version: u16,
    file_name: String,
    #[schema(example = "application/pdf")]
    media_type: String,
    size: u64,
    /// SHA-256, hexadecimal.
    digest: String,
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
        }
    }
}

/// What the files of a form became.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttachedFilesJson {
    files: Vec<AttachedJson>,
}

/// A problem with one file of a form; those before it are attached.
#[derive(Debug, Serialize, ToSchema)]
struct FileProblem {
    #[serde(flatten)]
    problem: ProblemJson,
    /// The file that was refused, where it had a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_name: Option<String>,
    /// The files that came before it and are attached.
    files: Vec<AttachedJson>,
}

/// Uploads one file, as the body.
#[utoipa::path(put, path = "/api/requests/{handle}/uploads/{file_name}", tag = "files",
    params(("handle" = String, Path, description = "names the request"),
    ("file_name" = String, Path, description = "the name to save it under"), UploadParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 201, description = "attached", body = AttachedJson), super::openapi::Problems))]
pub(super) async fn raw(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    Path((_, file_name)): Path<(String, String)>,
    Params(params): Params<UploadParams>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let size = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse().ok());
    let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let body = Drained::new(Box::pin(body.into_data_stream().map_err(io::Error::other)));
    let upload = async {
        let file = new_file(&shared, handle, &actor, &file_name, &params).await?;
        let mut file = match stated {
            Some(stated) => file.with_media_type(stated),
            None => file,
        };
        file.size = size;
        let name = file.file_name.as_str().to_owned();
        let attached = shared.desk.upload(handle, &actor, file, body.lend()).await?;
        Ok::<_, Error>(AttachedJson::of(name, &attached))
    };
    match upload.await {
        Ok(attached) => (StatusCode::CREATED, Json(attached)).into_response(),
        Err(error) => {
            body.drain().await;
            problem_of(&shared.desk, &error).into_response()
        }
    }
}

/// Uploads files by a form (RFC 7578): text fields `description`, `downloads` and `days` go with the
/// file that follows them.
#[utoipa::path(post, path = "/api/requests/{handle}/files", tag = "files",
    params(("handle" = String, Path, description = "names the request")),
    request_body(content = Vec<u8>, content_type = "multipart/form-data"), responses(
    (status = 201, description = "attached", body = AttachedFilesJson), super::openapi::Problems))]
pub(super) async fn form(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut form = match UploadForm::of(&headers, body) {
        Ok(form) => form,
        Err(problem) => return problem.into_response(),
    };
    let mut attached = Vec::new();
    match attach_all(&shared, handle, &actor, &mut form, &mut attached).await {
        Ok(()) => {
            (StatusCode::CREATED, Json(AttachedFilesJson { files: attached })).into_response()
        }
        Err((file_name, problem)) => {
            form.drain().await;
            let told = FileProblem { problem: (&problem).into(), file_name, files: attached };
            let mut response = problem.into_response();
            *response.body_mut() = Body::from(serde_json::to_vec(&told).unwrap_or_default());
            response
        }
    }
}

async fn attach_all(
    shared: &Shared,
    handle: RequestHandle,
    actor: &Actor,
    form: &mut UploadForm,
    attached: &mut Vec<AttachedJson>,
) -> Result<(), (Option<String>, Problem)> {
    let mut params = UploadParams::default();
    while let Some(part) = form.next().await.map_err(|problem| (None, problem))? {
        let sent = match part {
            FormPart::Text { name, text } => {
                set(&mut params, &name, text).map_err(|problem| (None, problem))?;
                continue;
            }
            FormPart::File(sent) => sent,
        };
        let file_name = sent.file_name;
        let told = |problem| (Some(file_name.clone()), problem);
        if attached.len() >= MAX_FILES {
            return Err(told(Problem::malformed("a form takes at most 50 files")));
        }
        let upload = async {
            let file = new_file(shared, handle, actor, &file_name, &params).await?;
            let file = match sent.media_type {
                Some(stated) => file.with_media_type(stated),
                None => file,
            };
            let shown = file.file_name.as_str().to_owned();
            let done = shared.desk.upload(handle, actor, file, sent.bytes).await?;
            Ok::<_, Error>(AttachedJson::of(shown, &done))
        };
        let done = upload.await.map_err(|error| told(problem_of(&shared.desk, &error)))?;
        attached.push(done);
        params = UploadParams::default();
    }
    if attached.is_empty() {
        return Err((None, Problem::malformed("the form has no file")));
    }
    Ok(())
}

/// The file as the desk takes it; terms that are left out are the most that the profile allows.
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
        let downloads = params.downloads.unwrap_or(policy.max_downloads);
        file = file.with_terms(Terms::new(downloads, params.days.unwrap_or(policy.max_days)));
    }
    Ok(match params.replaces {
        Some(no) => {
            let reason = params.reason.unwrap_or(ReplaceReason::Other);
            file.replacing(AttachmentNo::new(no), reason)
        }
        None => file,
    })
}

fn set(params: &mut UploadParams, name: &str, text: String) -> Result<(), Problem> {
    let number = |what: &str| Problem::malformed(format!("the field {what} is no such number"));
    match name {
        "description" => params.description = text,
        "downloads" if text.is_empty() => params.downloads = None,
        "downloads" => params.downloads = Some(text.parse().map_err(|_| number("downloads"))?),
        "days" if text.is_empty() => params.days = None,
        "days" => params.days = Some(text.parse().map_err(|_| number("days"))?),
        // What other fields a host's form has is the host's.
        _ => {}
    }
    Ok(())
}
