use super::downloads::Downloads;
use super::error_responses::ErrorResponses;
use super::extract::{Params, Staff, Target};
use super::models::WarningJson;
use super::terms_refused::{StatedEnd, StatedTerms, refused};
use super::words;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use crate::problem_json::ProblemJson;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::delivery::ReplaceReason;
use desktop_delivery::desk::Attached;
use desktop_delivery::{Actor, AttachmentNo, Error, FileName, NewFile, Refusal, RequestHandle};
use futures_util::TryStreamExt as _;
use http::{StatusCode, Version, header};
use http_body::Body as _;
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
    pub(super) description: String,
    /// The number of downloads, at least 1. Default: the maximum of the profile. Not allowed with
    /// `replaces`.
    #[param(value_type = Option<u32>, minimum = 1)]
    pub(super) downloads: Option<Downloads>,
    /// The number of days after shipping. Default: the maximum of the profile. Not allowed with
    /// `replaces`.
    pub(super) days: Option<u16>,
    /// The number of the attachment to replace.
    pub(super) replaces: Option<u16>,
    /// The reason for the replacement. Default: `other`. Allowed only with `replaces`.
    #[param(value_type = Option<words::ReplaceReason>)]
    pub(super) reason: Option<ReplaceReason>,
}

impl UploadParams {
    /// Rejects fields that would have no effect.
    pub(super) fn check(&self) -> Result<(), ProblemDetails> {
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
    pub(super) fn of(file_name: String, attached: &Attached) -> Self {
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

/// Uploads one file as the request body.
#[utoipa::path(put, path = "/api/v1/requests/{handle}/uploads/{file_name}", tag = "files",
    params(("handle" = String, Path, description = "The handle of the request."),
    ("file_name" = String, Path, description = "The name of the file."), UploadParams),
    request_body(content = String, content_type = "application/octet-stream"), responses(
    (status = 201, description = "The file was attached.", body = AttachedJson),
    (status = 411, description = "The length of the body is unknown.",
    content_type = "application/problem+json", body = ProblemJson), ErrorResponses))]
pub(super) async fn upload_file(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(target): Target,
    Path((_, file_name)): Path<(String, String)>,
    Params(params): Params<UploadParams>,
    request: Request,
) -> Result<Response, ProblemDetails> {
    params.check()?;
    let handle = target.handle;
    let size = size(&request)?;
    let stated = request.headers().get(header::CONTENT_TYPE);
    let stated = stated.and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let upload = async {
        let mut file = new_file(&shared, handle, &actor, &file_name, &params).await?;
        file.media_type = stated;
        file.size = size;
        let name = file.file_name.as_str().to_owned();
        let bytes = request.into_body().into_data_stream().map_err(io::Error::other);
        let attached = shared.desk.upload(target, &actor, file, Box::pin(bytes)).await?;
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
pub(super) async fn failed(
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

/// Creates the upload for the desk.
pub(super) async fn new_file(
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
