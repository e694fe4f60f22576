use super::extract::{FileNo, Handle, Input, Staff};
use super::models::TicketJson;
use super::problem_of;
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

/// A claim of the borrowing library's staff.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimJson {
    /// Whether the copyright notice was acknowledged.
    #[serde(default)]
    acknowledged: bool,
    /// The version of that notice, for the audit.
    #[serde(default)]
    copyright_version: Option<u32>,
}

/// Counts one download for the borrowing library's staff.
#[utoipa::path(post, path = "/api/requests/{handle}/files/{no}/claim", request_body = ClaimJson,
    tag = "transfer", params(("handle" = String, Path, description = "names the request"),
    ("no" = u16, Path, description = "the attachment"),
    ("Idempotency-Key" = String, Header, description = "1 to 255 bytes; the same key is one claim")),
    responses((status = 200, description = "the ticket", body = TicketJson),
    super::openapi::Problems))]
pub(super) async fn claim(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    FileNo(attachment): FileNo,
    headers: HeaderMap,
    Input(claim): Input<ClaimJson>,
) -> Result<Json<TicketJson>, ProblemDetails> {
    let key = required_key(&headers)?;
    let ClaimJson { acknowledged, copyright_version } = claim;
    let request = ClaimRequest::new(attachment, ClaimKey::Key(key))
        .with_acknowledged(acknowledged)
        .with_copyright_version(copyright_version);
    let granted = shared.desk.claim_as_staff(handle, &actor, &request).await;
    let granted = granted.map_err(|error| problem_of(&shared.desk, &error))?;
    Ok(Json(TicketJson::of(shared.desk.address().as_str(), &granted)))
}

/// Gives the lending library's staff what they attached; free, and recorded.
#[utoipa::path(get, path = "/api/requests/{handle}/files/{no}/content", tag = "transfer",
    params(("handle" = String, Path, description = "names the request"),
    ("no" = u16, Path, description = "the attachment")), responses(
    (status = 200, description = "the bytes", content_type = "*/*"),
    (status = 206, description = "a range of the bytes", content_type = "*/*"),
    (status = 304, description = "the caller has them"),
    (status = 412, description = "a precondition failed"),
    (status = 416, description = "the range lies outside the file"), super::openapi::Problems))]
pub(super) async fn content(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    method: Method,
    headers: HeaderMap,
) -> Response {
    match shared.desk.open_as_supplier(handle, &actor, no).await {
        Ok(opened) => ticket::serve(&shared, opened, &method, &headers, Errors::AsProblems).await,
        Err(error) => problem_of(&shared.desk, &error).into_response(),
    }
}
