use super::facts::FactsJson;
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
    #[schema(example = "shipped")]
    status: String,
    /// When the request reached this status.
    status_since: String,
    /// When the request was created.
    created_at: String,
    /// The description of the request.
    facts: FactsJson,
    /// The number of attachments. For the borrowing library, 0 until the request is shipped.
    files: usize,
    /// The number of extension requests that wait for an answer of the lending library.
    extension_requests: usize,
    /// When the borrowing library requested cancellation, if it is unanswered; otherwise
    /// null.
    cancel_requested_at: Option<String>,
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
            cancel_requested_at: listed.cancel_requested_at.map(|at| at.to_string()),
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
    pub(crate) next: Option<String>,
}
