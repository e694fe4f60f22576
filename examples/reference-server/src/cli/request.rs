use super::errors;
use super::parse::{self, StatusArg};
use super::tables::{fields, short, size, table};
use super::work::Work;
use crate::startup_error::StartupError;
use clap::{Subcommand, ValueEnum};
use desktop_delivery::StaffView;
use desktop_delivery::events::RecordedEvent;
use desktop_delivery::ledger::{DeliverySummary, ListQuery, Party, Search};
use desktop_delivery::notices::NoticeState;
use desktop_delivery::views::FileWarning;
use desktop_delivery::{Actor, AgencyId, RequestHandle};
use desktop_delivery_http::{EventJson, ListedJson, RequestJson};
use serde::Serialize;
use serde_json::{Value, json};
use std::str::FromStr as _;

/// The number of requests and events read at once.
const PAGE: usize = 1_000;

/// Commands for requests.
#[derive(Debug, Subcommand)]
pub(super) enum RequestCommand {
    /// List requests, newest first.
    List(List),
    /// Show a request in full: files, downloads used and left, links, extension requests, notices.
    Show {
        /// The request's reference or handle.
        request: String,
    },
}

/// Options of `request list`.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Only requests of this library.
    #[arg(long, value_parser = parse::with_remedy(AgencyId::from_str))]
    agency: Option<AgencyId>,
    /// The role of that library.
    #[arg(long, value_enum, default_value = "supplier", requires = "agency")]
    role: Role,
    /// Only requests with this status.
    #[arg(long, value_enum)]
    status: Option<StatusArg>,
    /// Only requests that match all words, each as the beginning of a word in the title,
    /// citation, numbers or library ids.
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// Only requests that need an answer from the lending library.
    #[arg(long)]
    waiting: bool,
    /// Maximum number of requests.
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

/// The role of a library.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Role {
    /// The borrowing library.
    Requester,
    /// The lending library.
    Supplier,
}

/// Options of `events`.
#[derive(Debug, clap::Args)]
pub(super) struct Events {
    /// The request's reference or handle.
    request: String,
}

impl RequestCommand {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        match self {
            Self::List(list) => list.run(work).await,
            Self::Show { request } => {
                let (handle, view) = work.view(&request).await?;
                work.output.answer(&RequestJson::of(handle, &view), || describe(handle, &view))
            }
        }
    }
}

impl List {
    async fn run(self, work: &Work) -> Result<(), StartupError> {
        let party = match (self.agency, self.role) {
            (None, _) => Party::Anyone,
            (Some(agency), Role::Requester) => Party::Requester(agency),
            (Some(agency), Role::Supplier) => Party::Supplier(agency),
        };
        let status = self.status.map(Into::into);
        let search = match self.search {
            Some(text) => Some(
                Search::of(&text)
                    .ok_or_else(|| StartupError::usage("--search contains no letter or digit"))?,
            ),
            None => None,
        };
        let mut found: Vec<DeliverySummary> = Vec::new();
        // One more than shown, to find out whether there are more.
        let wanted = self.limit.saturating_add(1);
        while found.len() < wanted {
            let limit = (wanted - found.len()).min(PAGE);
            let after = found.last().map(|last| last.position);
            let query = ListQuery::of(party.clone(), limit)
                .with_status(status)
                .with_search(search.clone())
                .with_waiting(self.waiting)
                .with_after(after);
            let page = work.desk().list(&query).await;
            let page = page.map_err(errors::failed("could not list the requests"))?;
            let is_last = page.len() < limit;
            found.extend(page);
            if is_last {
                break;
            }
        }
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        let requests: Vec<_> = found.iter().map(ListedJson::of).collect();
        work.output.answer(&json!({ "requests": requests, "more": more }), || {
            let mut text = listed(&found);
            if more {
                text.push_str("\n\nThere are more requests. To see them, increase --limit.");
            }
            text
        })
    }
}

fn listed(found: &[DeliverySummary]) -> String {
    let rows = found.iter().map(|listed| {
        let facts = &listed.facts;
        [
            facts.reference.to_string(),
            listed.status.to_string(),
            facts.supplier.to_string(),
            facts.requester.to_string(),
            listed.position.created_at.to_string(),
            short(&facts.title, 50),
        ]
    });
    table(["REQUEST", "STATUS", "LENDING", "BORROWING", "CREATED", "TITLE"], rows, "No requests.")
}

/// Formats a request in full.
fn describe(handle: RequestHandle, view: &StaffView) -> String {
    let facts = &view.facts;
    let mut about = vec![
        ("request", facts.reference.to_string()),
        ("handle", handle.to_string()),
        ("status", format!("{} since {}", view.status, view.status_since)),
        ("title", facts.title.clone()),
        ("authors", facts.citation.authors.join("; ")),
        ("source", facts.source_line().into_owned()),
        ("lending library", facts.supplier.to_string()),
        ("borrowing library", facts.requester.to_string()),
        ("policy", view.policy.name.to_string()),
        ("copyright", facts.copyright_compliance.clone()),
    ];
    about.retain(|(_, text)| !text.is_empty());
    if let Some(since) = view.cancel_requested_at {
        about.push(("cancel", format!("requested on {since}")));
    }
    let files = view.files.iter().map(|file| {
        let (attachment, version) = (&file.attachment, file.attachment.current());
        let used: Vec<_> = file
            .budgets
            .iter()
            .map(|spent| format!("{} {} of {}", identifier(&spent.name), spent.used, spent.limit))
            .collect();
        let until = match (attachment.purged_at, file.last_day) {
            (Some(at), _) => format!("deleted {at}"),
            (None, Some(day)) => day.to_string(),
            (None, None) => "-".to_owned(),
        };
        [
            attachment.no.to_string(),
            version.file_name.as_str().to_owned(),
            size(version.size),
            used.join(", "),
            until,
            short(&attachment.description, 40),
        ]
    });
    let warnings = view.files.iter().flat_map(|file| {
        let row = |warning: &FileWarning| [file.attachment.no.to_string(), warning.to_string()];
        file.warnings.iter().map(row)
    });
    let links = view.links.iter().map(|link| {
        let state = link.revoked_at.map_or_else(
            || format!("until {}", link.hard_expires_at),
            |at| format!("revoked {at}"),
        );
        [link.no.to_string(), identifier(&link.audience), link.issued_at.to_string(), state]
    });
    let extension_requests = view.extension_requests.iter().map(|ask| {
        [ask.attachment.to_string(), ask.link.to_string(), ask.at.to_string(), ask.note.clone()]
    });
    let problems = view.problems.iter().map(|problem| {
        let answer = problem.answer.as_ref();
        let state =
            answer.map_or_else(|| "open".to_owned(), |answer| format!("answered {}", answer.at));
        [
            problem.attachment.to_string(),
            identifier(&problem.kind),
            problem.at.to_string(),
            state,
            problem.note.clone(),
        ]
    });
    let notices = view.notices.iter().map(|notice| {
        let state = match notice.state {
            NoticeState::Failed { at, reason } => format!("failed {at}: {}", identifier(&reason)),
            NoticeState::Sent { at } => {
                let lost = notice
                    .copies
                    .iter()
                    .filter(|copy| matches!(copy.state, NoticeState::Failed { .. }));
                let lost: Vec<_> = lost.map(|copy| copy.masked_address.as_str()).collect();
                match lost.is_empty() {
                    true => format!("sent {at}"),
                    false => format!("sent {at}, but not to {}", lost.join(", ")),
                }
            }
            NoticeState::Skipped { at } => format!("skipped {at}"),
            NoticeState::Waiting { tries } => format!("waiting, tried {tries} times"),
            _ => "unknown".to_owned(),
        };
        [identifier(&notice.kind), identifier(&notice.to), notice.masked_address.clone(), state]
    });
    [
        fields(about),
        table(["FILE", "NAME", "SIZE", "USED", "LAST DAY", "DESCRIPTION"], files, "No files."),
        table(["FILE", "WARNING"], warnings, ""),
        table(["LINK", "FOR", "ISSUED", "STATE"], links, "No links."),
        table(["FILE", "LINK", "REQUESTED", "NOTE"], extension_requests, ""),
        table(["FILE", "PROBLEM", "REPORTED", "STATE", "NOTE"], problems, ""),
        table(["NOTICE", "TO", "ADDRESS", "STATE"], notices, ""),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join("\n\n")
}

/// Returns the identifier of a value, as in JSON.
fn identifier<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(identifier)) => identifier,
        _ => String::new(),
    }
}

impl Events {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let handle = work.find(&self.request).await?;
        let mut events: Vec<RecordedEvent> = Vec::new();
        loop {
            let after = events.last().map(|last| last.position);
            let page = work.desk().events(handle, &Actor::Host, after, PAGE).await;
            let page = page.map_err(errors::failed("could not read the history"))?;
            let is_last = page.len() < PAGE;
            events.extend(page);
            if is_last {
                break;
            }
        }
        let values: Vec<_> = events
            .iter()
            .filter_map(|event| serde_json::to_value(EventJson::of(event)).ok())
            .collect();
        work.output.answer(&json!({ "events": values }), || {
            table(["TIME", "ACTOR", "EVENT", "DETAILS"], values.iter().map(event_row), "No events.")
        })
    }
}

/// Returns the time, the actor, the event and its details.
fn event_row(event: &Value) -> [String; 4] {
    let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
    let who = [text("by"), text("agency"), text("id")];
    let who: Vec<_> = who.iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
    let known = ["revision", "index", "at", "by", "agency", "id", "event"];
    let details = event.as_object().into_iter().flatten();
    let details = details.filter(|(name, _)| !known.contains(&name.as_str()));
    let details: Vec<_> = details
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name}={text}"),
            other => format!("{name}={other}"),
        })
        .collect();
    [text("at"), who.join(" "), text("event"), details.join(" ")]
}
