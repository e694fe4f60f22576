use super::format::variant_name;
use crate::api::words;
use desktop_delivery::delivery::DocumentProblem;
use serde::Serialize;
use utoipa::ToSchema;

/// A problem that the borrowing library's staff reported for an attachment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportedJson {
    /// The number of the attachment.
    file: u16,
    /// The version of the attachment that has the problem.
    version: u16,
    /// `missing-page`, `unreadable`, `wrong-article` or `other`.
    #[schema(value_type = words::ProblemKind)]
    kind: String,
    /// When the problem was reported.
    #[schema(format = DateTime)]
    at: String,
    /// The id of the staff member who reported it; null for the host.
    #[schema(required)]
    by: Option<String>,
    /// The explanation of the borrowing library.
    note: String,
    /// The answer of the lending library; null if there is none yet.
    #[schema(required)]
    answer: Option<AnsweredJson>,
}

/// The lending library's answer to a reported problem.
#[derive(Debug, Serialize, ToSchema)]
struct AnsweredJson {
    /// When the problem was answered.
    #[schema(format = DateTime)]
    at: String,
    /// The id of the staff member who answered; null for the host.
    #[schema(required)]
    by: Option<String>,
    /// The text of the answer.
    note: String,
}

impl ReportedJson {
    pub(crate) fn of(problem: &DocumentProblem) -> Self {
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
