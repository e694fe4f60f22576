use super::error_responses::ErrorResponses;
use super::extract::{FileNo, Input, Staff, Target};
use super::outcome::no_content;
use super::words;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::extract::State;
use desktop_delivery::delivery::ProblemKind;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

/// A problem with a document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportJson {
    /// What is wrong.
    #[schema(value_type = words::ProblemKind)]
    kind: ProblemKind,
    /// An explanation for the lending library, at most 1,000 bytes.
    #[serde(default)]
    note: String,
}

/// Reports a problem with an attachment to the lending library.
#[utoipa::path(post, path = "/api/v1/requests/{handle}/files/{no}/problem", request_body = ReportJson,
    tag = "files", params(("handle" = String, Path, description = "The handle of the request."),
    ("no" = u16, Path, description = "The number of the attachment.")),
    responses((status = 204, description = "The problem was reported."), ErrorResponses))]
pub(super) async fn report_problem(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    FileNo(no): FileNo,
    Input(report): Input<ReportJson>,
) -> Result<StatusCode, ProblemDetails> {
    let ReportJson { kind, note } = report;
    no_content(&shared, shared.desk.report_problem(request, &actor, no, kind, &note).await)
}

/// An answer to a reported problem.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplyJson {
    /// A message to the borrowing library, 1 to 1,000 bytes.
    #[schema(min_length = 1)]
    note: String,
}

/// Answers the open problems of an attachment without replacing or removing it.
#[utoipa::path(post, path = "/api/v1/requests/{handle}/files/{no}/problem/answer",
    request_body = ReplyJson, tag = "files",
    params(("handle" = String, Path, description = "The handle of the request."),
    ("no" = u16, Path, description = "The number of the attachment.")),
    responses((status = 204, description = "The problems were answered."), ErrorResponses))]
pub(super) async fn answer_problem(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    FileNo(no): FileNo,
    Input(reply): Input<ReplyJson>,
) -> Result<StatusCode, ProblemDetails> {
    no_content(&shared, shared.desk.answer_problem(request, &actor, no, &reply.note).await)
}
