use super::extract::{FileNo, Handle, Input, Staff};
use super::models::word;
use super::requests::done;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::extract::State;
use desktop_delivery::delivery::ProblemKind;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the borrowing library's staff found wrong with an attachment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReportedJson {
    file: u16,
    version: u16,
    /// `missing-page`, `unreadable`, `wrong-article` or `other`.
    #[schema(example = "missing-page")]
    kind: String,
    /// Since when it waits, or waited, for an answer.
    at: String,
    /// Who reported it; null for the host.
    by: Option<String>,
    note: String,
    /// What the lending library answered; null while it waits.
    answer: Option<AnsweredJson>,
}

/// What the lending library answered to a problem.
#[derive(Debug, Serialize, ToSchema)]
struct AnsweredJson {
    at: String,
    /// Who answered; null for the host.
    by: Option<String>,
    note: String,
}

impl ReportedJson {
    pub(super) fn of(problem: &desktop_delivery::delivery::DocumentProblem) -> Self {
        Self {
            file: problem.attachment.get(),
            version: problem.version.get(),
            kind: word(&problem.kind),
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

/// What is wrong with a document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportJson {
    /// `missing-page`, `unreadable`, `wrong-article` or `other`.
    #[schema(value_type = String, example = "missing-page")]
    kind: ProblemKind,
    /// For the lending library, at most 1,000 bytes.
    #[serde(default)]
    note: String,
}

/// Reports to the lending library that something is wrong with an attachment.
#[utoipa::path(post, path = "/api/requests/{handle}/files/{no}/problem", request_body = ReportJson,
    tag = "files", params(("handle" = String, Path, description = "names the request"),
    ("no" = u16, Path, description = "the attachment")),
    responses((status = 204, description = "reported"), super::openapi::Problems))]
pub(super) async fn report(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    Input(report): Input<ReportJson>,
) -> Result<StatusCode, ProblemDetails> {
    let ReportJson { kind, note } = report;
    done(&shared, shared.desk.report_problem(handle, &actor, no, kind, &note).await)
}

/// What the lending library says to a problem.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplyJson {
    /// For the borrowing library, at most 1,000 bytes.
    #[serde(default)]
    note: String,
}

/// Answers the problems that wait with an attachment, where it is neither replaced nor removed.
#[utoipa::path(post, path = "/api/requests/{handle}/files/{no}/problem/answer",
    request_body = ReplyJson, tag = "files",
    params(("handle" = String, Path, description = "names the request"),
    ("no" = u16, Path, description = "the attachment")),
    responses((status = 204, description = "answered"), super::openapi::Problems))]
pub(super) async fn answer(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    Input(reply): Input<ReplyJson>,
) -> Result<StatusCode, ProblemDetails> {
    done(&shared, shared.desk.answer_problem(handle, &actor, no, &reply.note).await)
}
