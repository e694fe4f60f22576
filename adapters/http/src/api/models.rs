//! What the API sends, as JSON. Times are RFC 3339 in UTC, sizes bytes, digests hexadecimal SHA-256.

use super::problems::ReportedJson;
use desktop_delivery::delivery::{BudgetName, Expiry, Link};
use desktop_delivery::notices::{Notice, NoticeCopy, NoticeState};
use desktop_delivery::views::FileWarning;
use desktop_delivery::views::{Availability, FileView, StaffFile};
use desktop_delivery::{Audience, Facts, IssuedTicket, RequestHandle, Timestamp};
use desktop_delivery::{DeliveryView, StaffView};
use serde::Serialize;
use utoipa::ToSchema;

pub(super) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn time(instant: Option<Timestamp>) -> Option<String> {
    instant.map(|instant| instant.to_string())
}

/// What the host knows of a request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FactsJson {
    /// The host's name for the request.
    #[schema(example = "2026-00417")]
    reference: String,
    /// The borrowing library.
    #[schema(example = "CA-BVAU")]
    requester: String,
    /// The lending library.
    #[schema(example = "CA-OTU")]
    supplier: String,
    requester_request_id: String,
    supplier_request_id: String,
    title: String,
    source: String,
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
    /// Names the request in this API.
    #[schema(example = "000102ab040506ff")]
    handle: String,
    #[schema(example = "shipped")]
    status: String,
    status_since: String,
    created_at: String,
    facts: FactsJson,
    /// How many files are attached; the borrowing library sees them from Shipped on.
    files: usize,
    /// How many wishes for more wait for the lending library.
    extension_requests: usize,
    /// Since when the borrowing library's wish to cancel waits.
    cancel_requested_at: Option<String>,
}

impl ListedJson {
    /// What the API sends of it.
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

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListJson {
    pub(super) requests: Vec<ListedJson>,
    /// What to send as `cursor` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// A request, as the staff of one side see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestJson {
    #[schema(example = "000102ab040506ff")]
    handle: String,
    /// For whom it is shown: `supplier-staff` or `requester-staff`.
    seen_by: String,
    #[schema(example = "shipped")]
    status: String,
    status_since: String,
    cancel_requested_at: Option<String>,
    facts: FactsJson,
    files: Vec<FileJson>,
    links: Vec<IssuedJson>,
    extension_requests: Vec<AskJson>,
    problems: Vec<ReportedJson>,
    notices: Vec<NoticeJson>,
    policy: PolicyJson,
}

impl RequestJson {
    /// What the API sends of it.
    #[must_use]
    pub fn of(handle: RequestHandle, view: &StaffView) -> Self {
        let extension_requests = view.extension_requests.iter().map(|ask| AskJson {
            file: ask.attachment.get(),
            link: ask.link.get(),
            at: ask.at.to_string(),
            note: ask.note.clone(),
        });
        Self {
            handle: handle.to_string(),
            seen_by: word(&view.audience),
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

/// What the profile allows at the most.
#[derive(Debug, Serialize, ToSchema)]
struct PolicyJson {
    #[schema(example = "illume")]
    name: String,
    max_downloads: u32,
    max_days: u16,
    max_granted: u32,
    max_file_bytes: u64,
    ticket_seconds: u32,
    /// Whether the borrowing library's staff look at pages without spending a download.
    free_preview: bool,
}

/// An attachment, as staff see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FileJson {
    no: u16,
    version: u16,
    file_name: String,
    description: String,
    #[schema(example = "application/pdf")]
    media_type: String,
    size: u64,
    digest: String,
    attached_at: String,
    max_downloads: u32,
    not_before: Option<String>,
    /// Days after Shipped, where the terms count days.
    days: Option<u16>,
    /// The end of the terms, exclusive; null until shipped, where the terms count days.
    expires_at: Option<String>,
    /// The last day in the borrowing library's zone.
    #[schema(example = "2027-02-21")]
    last_day: Option<String>,
    purged_at: Option<String>,
    /// When an earlier version that the borrowing library could see was replaced as the wrong document;
    /// its copies should be deleted.
    recalled_at: Option<String>,
    budgets: Vec<BudgetJson>,
    /// What the lending library's staff should look at; empty for the borrowing library's.
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
                .map(|spent| BudgetJson {
                    of: budget_word(spent.name),
                    used: spent.used,
                    limit: spent.limit,
                    left: spent.left,
                })
                .collect(),
            warnings: file.warnings.iter().map(WarningJson::of).collect(),
        }
    }
}

/// What staff should look at, although the file is attached.
#[derive(Debug, Serialize, ToSchema)]
pub struct WarningJson {
    /// A stable name for programs: `same-bytes`, `unchanged`, `name-ending` or `old-office`.
    #[schema(example = "same-bytes")]
    code: String,
    /// What to look at, one sentence in English.
    #[schema(example = "the same file is already attached as ice-ages.pdf (file 1)")]
    title: String,
    /// The file that has the same bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<u16>,
}

impl WarningJson {
    /// The warning as the API sends it.
    #[must_use]
    pub fn of(warning: &FileWarning) -> Self {
        let file = match warning {
            FileWarning::SameBytes { attachment, .. } => Some(attachment.get()),
            _ => None,
        };
        Self { code: warning.code().to_owned(), title: warning.to_string(), file }
    }
}

/// What is spent of a budget.
#[derive(Debug, Serialize, ToSchema)]
struct BudgetJson {
    /// Whose downloads: `shared`, `patron`, `partner` or `staff`.
    of: String,
    used: u32,
    limit: u32,
    left: u32,
}

fn budget_word(name: BudgetName) -> String {
    word(&name)
}

/// A link, without its token.
#[derive(Debug, Serialize, ToSchema)]
struct IssuedJson {
    no: u16,
    /// `patron`, `partner` or `requester-staff`.
    audience: String,
    issued_at: String,
    hard_expires_at: String,
    revoked_at: Option<String>,
}

impl IssuedJson {
    fn of(link: &Link) -> Self {
        Self {
            no: link.no.get(),
            audience: audience_word(link.audience),
            issued_at: link.issued_at.to_string(),
            hard_expires_at: link.hard_expires_at.to_string(),
            revoked_at: time(link.revoked_at),
        }
    }
}

pub(super) fn audience_word(audience: Audience) -> String {
    word(&audience)
}

/// A wish for more that waits for an answer.
#[derive(Debug, Serialize, ToSchema)]
struct AskJson {
    file: u16,
    link: u16,
    at: String,
    note: String,
}

/// A notice and how far it got.
#[derive(Debug, Serialize, ToSchema)]
struct NoticeJson {
    no: u32,
    #[schema(example = "received")]
    kind: String,
    #[schema(example = "patron")]
    to: String,
    /// Where it went, masked.
    #[schema(example = "c****@example.org")]
    address: String,
    written_at: String,
    /// Whether staff asked for it, so that it goes out also where the library silenced its kind.
    asked_for: bool,
    /// `waiting`, `sent`, `skipped` or `failed`.
    state: String,
    /// When it ended.
    at: Option<String>,
    /// Tries that failed so far, while it waits.
    tries: Option<u32>,
    /// Why it failed: `invalid-address`, `no-address`, `refused`, `too-many-tries` or
    /// `unsupported-address`.
    reason: Option<String>,
    /// How far it got at each address, where it goes to several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    copies: Vec<NoticeCopyJson>,
}

/// The copy of a notice for one of several addresses.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeCopyJson {
    /// Where it went, masked.
    address: String,
    /// `waiting`, `sent` or `failed`.
    state: String,
    /// When it ended.
    at: Option<String>,
    /// Why it failed, as that of the notice.
    reason: Option<String>,
}

/// The state of a notice or a copy: its name, when it ended, the tries that failed, and why.
fn notice_state(
    state: NoticeState,
) -> (&'static str, Option<Timestamp>, Option<u32>, Option<String>) {
    match state {
        NoticeState::Failed { at, reason } => ("failed", Some(at), None, Some(word(&reason))),
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
            kind: word(&notice.kind),
            to: word(&notice.to),
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

/// What the holder of a link sees.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkJson {
    /// `patron` or `partner`.
    audience: String,
    status: String,
    facts: FactsJson,
    files: Vec<LinkFileJson>,
}

impl LinkJson {
    pub(crate) fn of(view: &DeliveryView) -> Self {
        Self {
            audience: word(&view.audience),
            status: view.status.to_string(),
            facts: FactsJson::of(&view.facts),
            files: view.files.iter().map(LinkFileJson::of).collect(),
        }
    }
}

/// An attachment, as the holder of a link sees it.
#[derive(Debug, Serialize, ToSchema)]
struct LinkFileJson {
    no: u16,
    /// The version that a claim gets: the current one.
    version: u16,
    file_name: String,
    description: String,
    media_type: String,
    size: u64,
    limit: u32,
    left: u32,
    not_before: Option<String>,
    expires_at: Option<String>,
    last_day: Option<String>,
    /// Why it cannot be claimed now: the code of a problem; null where it can.
    refused: Option<String>,
    /// What a page sends as `ordinal` with the next claim.
    next_ordinal: u32,
    asked_at: Option<String>,
    /// When an earlier version that this reader could see was replaced as the wrong document; its copies
    /// should be deleted.
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

/// What an API caller gets for a claim.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketJson {
    /// Where to fetch the bytes: a secret, until it ends.
    #[schema(example = "https://ill.example.org/t/EgEAAAAAAAAAAQ")]
    pub(crate) url: String,
    /// The claim's number within the request.
    pub(crate) claim: u32,
    /// The end of the ticket, exclusive, RFC 3339.
    #[schema(example = "2026-11-23T22:46:32Z")]
    pub(crate) ends_at: String,
    /// Whether the download was counted before, so that this cost nothing.
    pub(crate) is_repeat: bool,
}

impl TicketJson {
    pub(crate) fn of(address: &str, granted: &IssuedTicket) -> Self {
        Self {
            url: format!("{address}/t/{}", granted.ticket.expose()),
            claim: granted.claim.get(),
            ends_at: granted.ends_at.to_string(),
            is_repeat: granted.is_repeat,
        }
    }
}
