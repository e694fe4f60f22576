use super::facts::FactsJson;
use crate::api::words;
use desktop_delivery::Status;
use desktop_delivery::ledger::DeliverySummary;
use serde::Serialize;
use utoipa::ToSchema;

/// A request in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedJson {
    /// The handle of the request in this API.
    #[schema(example = "000102ab040506ff")]
    handle: String,
    /// The status of the request.
    #[schema(value_type = words::Status)]
    status: String,
    /// When the request reached this status.
    #[schema(format = DateTime)]
    status_since: String,
    /// When the request was created.
    #[schema(format = DateTime)]
    created_at: String,
    /// The description of the request.
    facts: FactsJson,
    /// The number of attachments. For the borrowing library, 0 until the request is shipped.
    files: usize,
    /// The number of extension requests that wait for an answer of the lending library.
    extension_requests: usize,
    /// The number of reported problems that the lending library has not answered.
    problems: usize,
    /// When the borrowing library requested cancellation, if it is unanswered; otherwise
    /// null.
    #[schema(format = DateTime, required)]
    cancel_requested_at: Option<String>,
    /// The pending actions of both libraries, most urgent first; empty if there are none.
    actions: Vec<ActionJson>,
}

/// An action that a library must take on a request.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
struct ActionJson {
    /// The library that must act.
    #[schema(value_type = words::Side)]
    by: &'static str,
    /// What it must do.
    #[schema(value_type = words::PendingAction)]
    action: &'static str,
}

impl ActionJson {
    fn all(listed: &DeliverySummary) -> Vec<Self> {
        let actions = [
            (listed.cancel_requested_at.is_some(), "supplier", "answer-cancellation"),
            (listed.problems > 0, "supplier", "answer-problem"),
            (listed.extension_requests > 0, "supplier", "answer-extension"),
            (listed.status == Status::Pending, "supplier", "ship"),
            (listed.status == Status::Shipped, "requester", "receive"),
        ];
        let waiting = actions.into_iter().filter(|(waits, ..)| *waits);
        waiting.map(|(_, by, action)| Self { by, action }).collect()
    }
}

impl ListedJson {
    /// Converts a summary to its JSON form.
    #[must_use]
    pub fn of(listed: &DeliverySummary) -> Self {
        Self {
            handle: listed.position.handle.to_string(),
            status: listed.status.to_string(),
            status_since: listed.status_since.to_string(),
            created_at: listed.position.created_at.to_string(),
            facts: FactsJson::of(&listed.facts),
            files: listed.attachments,
            extension_requests: listed.extension_requests,
            problems: listed.problems,
            cancel_requested_at: listed.cancel_requested_at.map(|at| at.to_string()),
            actions: ActionJson::all(listed),
        }
    }
}

/// A page of requests.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListJson {
    /// The requests on the page, newest first.
    pub(crate) requests: Vec<ListedJson>,
    /// The `cursor` of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) next: Option<String>,
}
