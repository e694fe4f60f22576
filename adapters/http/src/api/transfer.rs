use super::error_responses::ErrorResponses;
use super::extract::{FileNo, Handle, Input, Staff, Target};
use super::models::TicketJson;
use crate::claim_form::required_key;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use crate::ticket::{self, Errors};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::{ClaimKey, ClaimRequest};
use http::{HeaderMap, Method};
use serde::Deserialize;
use utoipa::ToSchema;

/// A claim by the borrowing library's staff.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimJson {
    /// Whether the person has acknowledged the copyright notice. Must be `true` for the claim to
    /// succeed.
    #[serde(default)]
    acknowledged: bool,
    /// The version of the copyright notice, recorded in the history.
    #[serde(default)]
    copyright_version: Option<u32>,
}

/// Counts one download for the borrowing library's staff, and returns a ticket to fetch the file
/// with.
#[utoipa::path(post, path = "/api/v1/requests/{handle}/files/{no}/claim", request_body = ClaimJson,
    tag = "transfer", params(("handle" = String, Path, description = "The handle of the request."),
    ("no" = u16, Path, description = "The number of the attachment."),
    ("Idempotency-Key" = String, Header, description = "1 to 255 ASCII characters. Repeating a \
    claim with the same key counts nothing and returns the same ticket.")),
    responses((status = 200, description = "The ticket.", body = TicketJson),
    ErrorResponses))]
pub(super) async fn claim_file(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    FileNo(attachment): FileNo,
    headers: HeaderMap,
    Input(claim): Input<ClaimJson>,
) -> Result<Json<TicketJson>, ProblemDetails> {
    let key = required_key(&headers)?;
    let ClaimJson { acknowledged, copyright_version } = claim;
    let claim = ClaimRequest::new(attachment, ClaimKey::Key(key))
        .with_acknowledged(acknowledged)
        .with_copyright_version(copyright_version);
    let issued = shared.desk.claim_as_staff(request, &actor, &claim).await;
    let issued = issued.map_err(|error| shared.problem_of(&error))?;
    Ok(Json(TicketJson::of(shared.desk.address().as_str(), &issued)))
}

/// Returns the content of an attachment to the lending library's staff. Counts no download, but is
/// recorded in the history.
#[utoipa::path(get, path = "/api/v1/requests/{handle}/files/{no}/content", tag = "transfer",
    params(("handle" = String, Path, description = "The handle of the request."),
    ("no" = u16, Path, description = "The number of the attachment."),
    ("Range" = Option<String>, Header, description = "A range of bytes.")), responses(
    (status = 200, description = "The content.", content_type = "*/*"),
    (status = 206, description = "A range of the content.", content_type = "*/*"),
    (status = 304, description = "The caller already has the content."),
    (status = 412, description = "A precondition failed."),
    (status = 416, description = "The range lies outside the file."), ErrorResponses))]
pub(super) async fn get_content(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    method: Method,
    headers: HeaderMap,
) -> Response {
    match shared.desk.open_as_supplier(handle, &actor, no).await {
        Ok(opened) => {
            ticket::serve(&shared, opened, &method, &headers, None, Errors::ProblemDetails).await
        }
        Err(error) => shared.problem_of(&error).into_response(),
    }
}
