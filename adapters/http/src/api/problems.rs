use super::extract::{FileNo, Handle, Input, Staff};
use super::models::variant_name;
use super::requests::no_content;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::extract::State;
use desktop_delivery::delivery::ProblemKind;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A problem that the borrowing library's staff reported for an attachment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReportedJson {
    /// The number of the attachment.
    file: u16,
    /// The version of the attachment that has the problem.
    version: u16,
    /// `missing-page`, `unreadable`, `wrong-article` or `other`.
    #[schema(example = "missing-page")]
    kind: String,
    /// When the problem was reported.
    at: String,
    /// The id of the staff member who reported it; null for the host.
    by: Option<String>,
    /// The explanation of the borrowing library.
    note: String,
    /// The answer of the lending library; null if there is none yet.
    answer: Option<AnsweredJson>,
}

/// The lending library's answer to a reported problem.
#[derive(Debug, Serialize, ToSchema)]
struct AnsweredJson {
    /// When the problem was answered.
    at: String,
    /// The id of the staff member who answered; null for the host.
    by: Option<String>,
    /// The text of the answer.
    note: String,
}

impl ReportedJson {
    pub(super) fn of(problem: &desktop_delivery::delivery::DocumentProblem) -> Self {
        Self {
            file: problem.attachment.get(),
            version: problem.version.get(),
            kind: variant_name(&problem.kind),
            at: problem.at.to_string(),
            by: problem.by.as_ref().map(|by| by.as_str().to_owned()),
            note: problem.note.clone(),
            answer: problem.answer.as_ref().map(|answer| AnsweredJson {
                at: answer.at.to_string(),
                by: answer.by.as_ref().map(|by| by.as_str().to_owned()),
                note: answer.note.clone(),
            }),
        }
    }
}

/// A problem with a document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportJson {
    /// `missing-page`, `unreadable`, `wrong-article` or `other`.
    #[schema(value_type = String, example = "missing-page")]
    kind: ProblemKind,
    /// An explanation for the lending library, at most 1,000 bytes.
    #[serde(default)]
    note: String,
}

/// Reports a problem with an attachment to the lending library.
#[utoipa::path(post, path = "/api/requests/{handle}/files/{no}/problem", request_body = ReportJson,
    tag = "files", params(("handle" = String, Path, description = "The handle of the request."),
    ("no" = u16, Path, description = "The number of the attachment.")),
    responses((status = 204, description = "The problem was reported."), super::openapi::Problems))]
pub(super) async fn report_problem(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    Input(report): Input<ReportJson>,
) -> Result<StatusCode, ProblemDetails> {
    let ReportJson { kind, note } = report;
    no_content(&shared, shared.desk.report_problem(handle, &actor, no, kind, &note).await)
}

/// An answer to a reported problem.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplyJson {
    /// A message to the borrowing library, at most 1,000 bytes.
    #[serde(default)]
    note: String,
}

/// Answers the open problems of an attachment without replacing or removing it.
#[utoipa::path(post, path = "/api/requests/{handle}/files/{no}/problem/answer",
    request_body = ReplyJson, tag = "files",
    params(("handle" = String, Path, description = "The handle of the request."),
    ("no" = u16, Path, description = "The number of the attachment.")),
    responses((status = 204, description = "The problems were answered."), super::openapi::Problems))]
pub(super) async fn answer_problem(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    Input(reply): Input<ReplyJson>,
) -> Result<StatusCode, ProblemDetails> {
    no_content(&shared, shared.desk.answer_problem(handle, &actor, no, &reply.note).await)
}
