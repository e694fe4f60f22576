use super::facts::FactsJson;
use super::file::FileJson;
use super::format::{time, variant_name};
use super::issued::IssuedJson;
use super::notice::NoticeJson;
use super::reported::ReportedJson;
use crate::api::words;
use desktop_delivery::{RequestHandle, StaffView};
use serde::Serialize;
use utoipa::ToSchema;

/// A request, as seen by the staff of one library.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestJson {
    /// The handle of the request in this API.
    #[schema(example = "000102ab040506ff")]
    handle: String,
    /// The audience whose view this is: `supplier-staff` or `requester-staff`.
    #[schema(value_type = words::Audience)]
    seen_by: String,
    /// The revision of the request, from 1; every change increases it. Also in the `ETag`.
    revision: u64,
    /// The status of the request.
    #[schema(value_type = words::Status)]
    status: String,
    /// When the request reached this status.
    #[schema(format = DateTime)]
    status_since: String,
    /// When the borrowing library requested cancellation, if it is unanswered; otherwise
    /// null.
    #[schema(format = DateTime, required)]
    cancel_requested_at: Option<String>,
    /// The description of the request.
    facts: FactsJson,
    /// The attachments, in order.
    files: Vec<FileJson>,
    /// The links that were issued.
    links: Vec<IssuedJson>,
    /// The extension requests that wait for an answer.
    extension_requests: Vec<ExtensionRequestJson>,
    /// The problems reported by the borrowing library.
    problems: Vec<ReportedJson>,
    /// The notices of the request.
    notices: Vec<NoticeJson>,
    /// The limits of the request's profile.
    policy: PolicyJson,
}

impl RequestJson {
    /// Converts a view to its JSON form.
    #[must_use]
    pub fn of(handle: RequestHandle, view: &StaffView) -> Self {
        let extension_requests =
            view.extension_requests.iter().map(|request| ExtensionRequestJson {
                file: request.attachment.get(),
                link: request.link.get(),
                at: request.at.to_string(),
                note: request.note.clone(),
            });
        Self {
            handle: handle.to_string(),
            seen_by: variant_name(&view.audience),
            revision: view.revision,
            status: view.status.to_string(),
            status_since: view.status_since.to_string(),
            cancel_requested_at: time(view.cancel_requested_at),
            facts: FactsJson::of(&view.facts),
            files: view.files.iter().map(FileJson::of).collect(),
            links: view.links.iter().map(IssuedJson::of).collect(),
            extension_requests: extension_requests.collect(),
            problems: view.problems.iter().map(ReportedJson::of).collect(),
            notices: view.notices.iter().map(NoticeJson::of).collect(),
            policy: PolicyJson {
                name: view.policy.name.to_string(),
                max_downloads: view.policy.max_downloads,
                max_days: view.policy.max_days,
                max_granted: view.policy.max_granted,
                max_file_bytes: view.policy.max_file_bytes,
                ticket_seconds: view.policy.ticket_seconds,
                free_preview: view.policy.free_preview,
            },
        }
    }
}

/// The limits of a profile.
#[derive(Debug, Serialize, ToSchema)]
struct PolicyJson {
    /// The name of the profile.
    #[schema(example = "illume")]
    name: String,
    /// The most downloads that the terms of an attachment may allow.
    max_downloads: u32,
    /// The most days after shipping that the terms of an attachment may last.
    max_days: u16,
    /// The most downloads that all extensions together may add to a budget.
    max_granted: u32,
    /// The size of the largest attachment, in bytes.
    max_file_bytes: u64,
    /// The lifetime of a ticket, in seconds.
    ticket_seconds: u32,
    /// Whether the borrowing library's staff can preview pages without using a download.
    free_preview: bool,
}

/// A pending extension request.
#[derive(Debug, Serialize, ToSchema)]
struct ExtensionRequestJson {
    /// The number of the attachment.
    file: u16,
    /// The number of the link from which the extension was requested.
    link: u16,
    /// When the extension was requested.
    #[schema(format = DateTime)]
    at: String,
    /// The message of the requester; may be empty.
    note: String,
}
