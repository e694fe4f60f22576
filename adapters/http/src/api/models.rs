//! The JSON bodies of responses. Times are in RFC 3339 format and UTC, sizes in bytes, and digests
//! SHA-256 in hexadecimal.

use super::problems::ReportedJson;
use desktop_delivery::delivery::{Expiry, Link};
use desktop_delivery::notices::{Notice, NoticeCopy, NoticeState};
use desktop_delivery::views::FileWarning;
use desktop_delivery::views::{Availability, FileView, StaffFile};
use desktop_delivery::{DeliveryView, StaffView};
use desktop_delivery::{Facts, IssuedTicket, RequestHandle, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// Returns the name under which an enum variant is serialized.
pub(super) fn variant_name<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn time(instant: Option<Timestamp>) -> Option<String> {
    instant.map(|instant| instant.to_string())
}

/// The description of a request, from the host.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FactsJson {
    /// The host's identifier of the request.
    #[schema(example = "2026-00417")]
    reference: String,
    /// The id of the borrowing library.
    #[schema(example = "CA-BVAU")]
    requester: String,
    /// The id of the lending library.
    #[schema(example = "CA-OTU")]
    supplier: String,
    /// The borrowing library's number for the request.
    requester_request_id: String,
    /// The lending library's number for the request; empty if unknown.
    supplier_request_id: String,
    /// The title of the requested document.
    title: String,
    /// The publication that contains the document; empty if unknown.
    source: String,
    /// The `serviceType` of ISO 18626.
    #[schema(example = "Copy")]
    service_type: String,
}

impl FactsJson {
    fn of(facts: &Facts) -> Self {
        Self {
            reference: facts.reference.to_string(),
            requester: facts.requester.to_string(),
            supplier: facts.supplier.to_string(),
            requester_request_id: facts.requester_request_id.clone(),
            supplier_request_id: facts.supplier_request_id.clone(),
            title: facts.title.clone(),
            source: facts.source.clone(),
            service_type: facts.service_type.clone(),
        }
    }
}

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
    /// When the borrowing library requested the cancellation that waits for an answer; null if
    /// there is none.
    cancel_requested_at: Option<String>,
}

impl ListedJson {
    /// Converts a summary to its JSON form.
    #[must_use]
    pub fn of(listed: &desktop_delivery::ledger::DeliverySummary) -> Self {
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
pub(super) struct ListJson {
    /// The requests on the page, newest first.
    pub(super) requests: Vec<ListedJson>,
    /// The `cursor` of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// A request, as seen by the staff of one library.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestJson {
    /// The handle of the request in this API.
    #[schema(example = "000102ab040506ff")]
    handle: String,
    /// The audience whose view this is: `supplier-staff` or `requester-staff`.
    seen_by: String,
    /// The status of the request.
    #[schema(example = "shipped")]
    status: String,
    /// When the request reached this status.
    status_since: String,
    /// When the borrowing library requested the cancellation that waits for an answer; null if
    /// there is none.
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

/// An attachment, as seen by staff.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FileJson {
    /// The number of the attachment.
    no: u16,
    /// The current version of the attachment.
    version: u16,
    /// The file name of the current version.
    file_name: String,
    /// The lending library's description; empty if there is none.
    description: String,
    /// The media type, detected from the content.
    #[schema(example = "application/pdf")]
    media_type: String,
    /// The size in bytes.
    size: u64,
    /// The SHA-256 digest of the content, in hexadecimal.
    digest: String,
    /// When the current version was attached.
    attached_at: String,
    /// The downloads that the terms allow, without extensions.
    max_downloads: u32,
    /// The first instant at which the attachment can be claimed; null if it is available once
    /// shipped.
    not_before: Option<String>,
    /// The number of days after shipping; null if the terms end at a fixed time.
    days: Option<u16>,
    /// The exclusive end of the terms; null before shipping if the terms end after a number of
    /// days.
    expires_at: Option<String>,
    /// The last day of the terms, in the time zone of the borrowing library.
    #[schema(example = "2027-02-21")]
    last_day: Option<String>,
    /// When the content was deleted; null if it is still stored.
    purged_at: Option<String>,
    /// When an earlier version that the borrowing library could see was replaced because it was the
    /// wrong document. Copies of it should be deleted.
    recalled_at: Option<String>,
    /// The downloads used and left, by budget.
    budgets: Vec<BudgetJson>,
    /// Warnings for the lending library's staff to check; always empty for the borrowing library.
    warnings: Vec<WarningJson>,
}

impl FileJson {
    pub(super) fn of(file: &StaffFile) -> Self {
        let (attachment, version) = (&file.attachment, file.attachment.current());
        let (days, fixed_end) = match attachment.terms.expiry {
            Expiry::Days(days) => (Some(days), None),
            Expiry::At(end) => (None, Some(end)),
            _ => (None, None),
        };
        Self {
            no: attachment.no.get(),
            version: version.no.get(),
            file_name: version.file_name.as_str().to_owned(),
            description: attachment.description.clone(),
            media_type: version.media_type.clone(),
            size: version.size,
            digest: version.digest.to_string(),
            attached_at: version.attached_at.to_string(),
            max_downloads: attachment.terms.max_downloads,
            not_before: time(attachment.terms.not_before),
            days,
            expires_at: time(attachment.expires_at.or(fixed_end)),
            last_day: file.last_day.map(|day| day.to_string()),
            purged_at: time(attachment.purged_at),
            recalled_at: time(attachment.recalled_at()),
            budgets: file
                .budgets
                .iter()
                .map(|usage| BudgetJson {
                    of: variant_name(&usage.name),
                    used: usage.used,
                    limit: usage.limit,
                    left: usage.left,
                })
                .collect(),
            warnings: file.warnings.iter().map(WarningJson::of).collect(),
        }
    }
}

/// A warning for staff to check. The file is attached regardless.
#[derive(Debug, Serialize, ToSchema)]
pub struct WarningJson {
    /// A stable identifier for programs: `same-bytes`, `unchanged`, `name-ending` or `old-office`.
    #[schema(example = "same-bytes")]
    code: String,
    /// What to check, as one sentence in English.
    #[schema(example = "the same file is already attached as ice-ages.pdf (file 1)")]
    title: String,
    /// The number of the attachment with the same content, for `same-bytes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<u16>,
}

impl WarningJson {
    /// Converts a warning to its JSON form.
    #[must_use]
    pub fn of(warning: &FileWarning) -> Self {
        let file = match warning {
            FileWarning::SameBytes { attachment, .. } => Some(attachment.get()),
            _ => None,
        };
        Self { code: warning.code().to_owned(), title: warning.to_string(), file }
    }
}

/// The downloads of a budget.
#[derive(Debug, Serialize, ToSchema)]
struct BudgetJson {
    /// The name of the budget: `shared`, `patron`, `partner` or `staff`.
    of: String,
    /// The downloads used.
    used: u32,
    /// The downloads allowed, including extensions.
    limit: u32,
    /// The downloads left.
    left: u32,
}

/// A link, without its token.
#[derive(Debug, Serialize, ToSchema)]
struct IssuedJson {
    /// The number of the link within the request.
    no: u16,
    /// The audience of the link: `patron`, `partner` or `requester-staff`.
    audience: String,
    /// When the link was issued.
    issued_at: String,
    /// The exclusive end of the link, independent of the terms.
    hard_expires_at: String,
    /// When the link was revoked; null if it was not.
    revoked_at: Option<String>,
}

impl IssuedJson {
    fn of(link: &Link) -> Self {
        Self {
            no: link.no.get(),
            audience: variant_name(&link.audience),
            issued_at: link.issued_at.to_string(),
            hard_expires_at: link.hard_expires_at.to_string(),
            revoked_at: time(link.revoked_at),
        }
    }
}

/// An extension request that waits for an answer.
#[derive(Debug, Serialize, ToSchema)]
struct ExtensionRequestJson {
    /// The number of the attachment.
    file: u16,
    /// The number of the link from which the extension was requested.
    link: u16,
    /// When the extension was requested.
    at: String,
    /// The message of the requester; may be empty.
    note: String,
}

/// A notice and its delivery state.
#[derive(Debug, Serialize, ToSchema)]
struct NoticeJson {
    /// The number of the notice within the request.
    no: u32,
    /// The event that the notice is about.
    #[schema(example = "received")]
    kind: String,
    /// The recipient.
    #[schema(example = "patron")]
    to: String,
    /// The masked email address.
    #[schema(example = "c****@example.org")]
    address: String,
    /// When the notice was created.
    written_at: String,
    /// Whether staff requested the notice. It is then sent even if the library has silenced its
    /// kind.
    asked_for: bool,
    /// The delivery state: `waiting`, `sent`, `skipped` or `failed`.
    state: String,
    /// When the notice was sent, skipped or failed; null while it is waiting.
    at: Option<String>,
    /// The number of failed attempts; null unless it is waiting.
    tries: Option<u32>,
    /// The reason for a failure: `invalid-address`, `no-address`, `refused`, `too-many-tries` or
    /// `unsupported-address`.
    reason: Option<String>,
    /// The copies for each address, if there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    copies: Vec<NoticeCopyJson>,
}

/// The copy of a notice for one of several addresses.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeCopyJson {
    /// The masked email address.
    address: String,
    /// The delivery state: `waiting`, `sent` or `failed`.
    state: String,
    /// When the copy was sent or failed; null while it is waiting.
    at: Option<String>,
    /// The reason for a failure, with the same values as for a notice.
    reason: Option<String>,
}

/// Returns the name of a state, its time, the number of failed attempts, and the reason for a
/// failure.
fn notice_state(
    state: NoticeState,
) -> (&'static str, Option<Timestamp>, Option<u32>, Option<String>) {
    match state {
        NoticeState::Failed { at, reason } => {
            ("failed", Some(at), None, Some(variant_name(&reason)))
        }
        NoticeState::Sent { at } => ("sent", Some(at), None, None),
        NoticeState::Skipped { at } => ("skipped", Some(at), None, None),
        NoticeState::Waiting { tries } => ("waiting", None, Some(tries), None),
        _ => ("unknown", None, None, None),
    }
}

impl NoticeCopyJson {
    fn of(copy: &NoticeCopy) -> Self {
        let (state, at, _, reason) = notice_state(copy.state);
        Self { address: copy.masked_address.clone(), state: state.to_owned(), at: time(at), reason }
    }
}

impl NoticeJson {
    fn of(notice: &Notice) -> Self {
        let (state, at, tries, reason) = notice_state(notice.state);
        Self {
            no: notice.no.get(),
            kind: variant_name(&notice.kind),
            to: variant_name(&notice.to),
            address: notice.masked_address.clone(),
            written_at: notice.written_at.to_string(),
            asked_for: notice.asked_for,
            state: state.to_owned(),
            at: time(at),
            tries,
            reason,
            copies: notice.copies.iter().map(NoticeCopyJson::of).collect(),
        }
    }
}

/// The content of a link.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkJson {
    /// The audience of the link: `patron`, `partner` or `requester-staff`.
    audience: String,
    /// The status of the request.
    status: String,
    /// The description of the request.
    facts: FactsJson,
    /// The attachments, in order.
    files: Vec<LinkFileJson>,
}

impl LinkJson {
    pub(crate) fn of(view: &DeliveryView) -> Self {
        Self {
            audience: variant_name(&view.audience),
            status: view.status.to_string(),
            facts: FactsJson::of(&view.facts),
            files: view.files.iter().map(LinkFileJson::of).collect(),
        }
    }
}

/// An attachment, as seen by the holder of a link.
#[derive(Debug, Serialize, ToSchema)]
struct LinkFileJson {
    /// The number of the attachment.
    no: u16,
    /// The current version, which a claim returns.
    version: u16,
    /// The file name of the current version.
    file_name: String,
    /// The lending library's description; empty if there is none.
    description: String,
    /// The media type, detected from the content.
    media_type: String,
    /// The size in bytes.
    size: u64,
    /// The downloads allowed, including extensions.
    limit: u32,
    /// The downloads left.
    left: u32,
    /// The first instant at which the attachment can be claimed; null if it has none.
    not_before: Option<String>,
    /// The exclusive end of the terms.
    expires_at: Option<String>,
    /// The last day of the terms, in the time zone of the borrowing library.
    last_day: Option<String>,
    /// The problem code of the refusal that a claim would get now; null if it can be claimed.
    refused: Option<String>,
    /// The `ordinal` to send with the next claim.
    next_ordinal: u32,
    /// When the holder of the link requested an extension that waits for an answer; null if there
    /// is none.
    asked_at: Option<String>,
    /// When an earlier version that the holder could see was replaced because it was the wrong
    /// document. Copies of it should be deleted.
    recalled_at: Option<String>,
}

impl LinkFileJson {
    fn of(file: &FileView) -> Self {
        Self {
            no: file.no.get(),
            version: file.version.get(),
            file_name: file.file_name.clone(),
            description: file.description.clone(),
            media_type: file.media_type.clone(),
            size: file.size,
            limit: file.limit,
            left: file.left,
            not_before: time(file.not_before),
            expires_at: time(file.expires_at),
            last_day: file.last_day.map(|day| day.to_string()),
            refused: match &file.availability {
                Availability::Open => None,
                Availability::Refused(refusal) => Some(refusal.code().to_owned()),
            },
            next_ordinal: file.next_ordinal,
            asked_at: time(file.asked_at),
            recalled_at: time(file.recalled_at),
        }
    }
}

/// The result of a claim.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketJson {
    /// The address to fetch the file from. It is a secret until it expires.
    #[schema(example = "https://ill.example.org/t/EgEAAAAAAAAAAQ")]
    pub(crate) url: String,
    /// The number of the claim within the request.
    pub(crate) claim: u32,
    /// The exclusive end of the ticket (RFC 3339).
    #[schema(example = "2026-11-23T22:46:32Z")]
    pub(crate) ends_at: String,
    /// Whether this repeats an earlier claim, so that no download was counted.
    pub(crate) is_repeat: bool,
}

impl TicketJson {
    pub(crate) fn of(address: &str, issued: &IssuedTicket) -> Self {
        Self {
            url: format!("{address}/t/{}", issued.ticket.expose()),
            claim: issued.claim.get(),
            ends_at: issued.ends_at.to_string(),
            is_repeat: issued.is_repeat,
        }
    }
}
