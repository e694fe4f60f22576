//! What each window may do: one table, and the functions that read it.

use desktop_delivery::RequestHandle;
use desktop_delivery_identity::windows::{WindowKind, WindowTask};
use http::Method;
use std::collections::BTreeMap;

/// The window of a task: a [`WindowKind`] of staff, or the patron's list of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Files,
    History,
    Request,
    Requests,
    Upload,
}

use Shown::{Files, History, Request, Requests, Upload};

/// A permitted request.
struct Rule {
    method: Method,
    /// The path of the ordinary page or form.
    path: &'static str,
    /// The name by which templates ask whether to show a link or a form.
    action: &'static str,
    /// The windows that may send it.
    windows: &'static [Shown],
}

const fn get(path: &'static str, action: &'static str, windows: &'static [Shown]) -> Rule {
    Rule { method: Method::GET, path, action, windows }
}

const fn post(path: &'static str, action: &'static str, windows: &'static [Shown]) -> Rule {
    Rule { method: Method::POST, path, action, windows }
}

/// Everything that windows may do. All else is refused.
const RULES: &[Rule] = &[
    get("/supply/{handle}", "page", &[Files, Request, Upload]),
    post("/supply/{handle}/upload", "upload", &[Request, Upload]),
    post("/supply/{handle}/move", "move", &[Files, Request, Upload]),
    post("/supply/{handle}/ship", "ship", &[Request, Upload]),
    post("/supply/{handle}/cancel", "answer_cancel", &[Request, Upload]),
    post("/supply/{handle}/withdraw", "withdraw", &[Request]),
    post("/supply/{handle}/link", "link", &[Request]),
    post("/supply/{handle}/revoke", "revoke", &[Request]),
    get("/supply/{handle}/files/{no}", "file", &[Files, Request, Upload]),
    get("/supply/{handle}/files/{no}/content", "content", &[Files, Request, Upload]),
    get("/supply/{handle}/files/{no}/pages", "preview", &[Files, Request, Upload]),
    post("/supply/{handle}/files/{no}/edit", "edit", &[Files, Request, Upload]),
    post("/supply/{handle}/files/{no}/grant", "grant", &[Files, Request]),
    post("/supply/{handle}/files/{no}/answer", "answer_problem", &[Files, Request]),
    post("/supply/{handle}/files/{no}/replace", "replace", &[Files, Request, Upload]),
    post("/supply/{handle}/files/{no}/remove", "remove", &[Files, Request, Upload]),
    get("/supply/{handle}/history", "history", &[History, Request]),
    get("/supply/{handle}/history.csv", "history", &[History, Request]),
    get("/supply/{handle}/history.json", "history", &[History, Request]),
    get("/borrow/{handle}", "page", &[Files, Request]),
    post("/borrow/{handle}/download", "download", &[Files, Request]),
    post("/borrow/{handle}/problem", "report_problem", &[Files, Request]),
    post("/borrow/{handle}/receive", "receive", &[Files, Request]),
    post("/borrow/{handle}/cancel", "cancel", &[Request]),
    post("/borrow/{handle}/link", "link", &[Files, Request]),
    post("/borrow/{handle}/notify", "notify", &[Files, Request]),
    get("/borrow/{handle}/files/{no}/pages", "preview", &[Files, Request]),
    get("/borrow/{handle}/history", "history", &[History, Request]),
    get("/borrow/{handle}/history.csv", "history", &[History, Request]),
    get("/borrow/{handle}/history.json", "history", &[History, Request]),
    get("/pages/{handle}/{no}/{page}/{key}", "preview", &[Files, Request, Upload]),
    get("/track/requests", "requests", &[Requests]),
    get("/track/requests/{handle}", "request", &[Requests]),
    post("/track/requests/{handle}/open", "open", &[Requests]),
];

/// Actions of the ordinary pages that no window has.
const ELSEWHERE: &[&str] = &["list"];

/// Returns whether a window may send a request to this path of the ordinary pages. HEAD counts as
/// GET.
pub(crate) fn permits(task: &WindowTask, method: &Method, path: &str) -> bool {
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let shown = shown(task);
    RULES.iter().any(|rule| {
        rule.method == *method
            && rule.windows.contains(&shown)
            && is_on_side(task, rule.path)
            && matches(task, rule.path, path)
    })
}

/// Returns the actions of templates, each with whether it is permitted. Outside of windows, all are.
pub(crate) fn actions(task: Option<&WindowTask>) -> BTreeMap<&'static str, bool> {
    let mut actions: BTreeMap<_, _> =
        ELSEWHERE.iter().map(|action| (*action, task.is_none())).collect();
    for rule in RULES {
        let is_permitted = task
            .is_none_or(|task| rule.windows.contains(&shown(task)) && is_on_side(task, rule.path));
        *actions.entry(rule.action).or_default() |= is_permitted;
    }
    actions
}

/// Returns the path on which a window starts.
pub(crate) fn start(task: &WindowTask) -> String {
    match task {
        WindowTask::Staff(staff) => {
            let side = side_of(staff.lends);
            let below = if staff.kind == WindowKind::History { "/history" } else { "" };
            format!("{side}/{}{below}", staff.request)
        }
        _ => "/track/requests".to_owned(),
    }
}

/// Returns what a window shows.
pub(crate) const fn shown(task: &WindowTask) -> Shown {
    match task {
        WindowTask::Staff(staff) => match staff.kind {
            WindowKind::Files => Files,
            WindowKind::Request => Request,
            WindowKind::Upload => Upload,
            _ => History,
        },
        _ => Requests,
    }
}

impl Shown {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Files => "files",
            History => "history",
            Request => "request",
            Requests => "requests",
            Upload => "upload",
        }
    }
}

const fn side_of(lends: bool) -> &'static str {
    if lends { "/supply" } else { "/borrow" }
}

/// Returns whether the path of a rule belongs to the side of the request on which the person acts.
fn is_on_side(task: &WindowTask, pattern: &str) -> bool {
    match task {
        WindowTask::Staff(staff) => {
            pattern.starts_with(side_of(staff.lends)) || pattern.starts_with("/pages/")
        }
        _ => pattern.starts_with("/track/"),
    }
}

/// Returns whether a path matches a pattern, with the task's own request as its handle. A percent
/// escape matches nothing.
fn matches(task: &WindowTask, pattern: &str, path: &str) -> bool {
    let (mut wanted, mut sent) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), sent.next()) {
            (None, None) => return true,
            (Some(wanted), Some(sent)) if is_segment(task, wanted, sent) => {}
            _ => return false,
        }
    }
}

fn is_segment(task: &WindowTask, wanted: &str, sent: &str) -> bool {
    let is_number =
        |most| (1..=most).contains(&sent.len()) && sent.bytes().all(|byte| byte.is_ascii_digit());
    match wanted {
        "{handle}" => {
            let handle = RequestHandle::parse(sent).ok().filter(|it| it.to_string() == sent);
            match task {
                WindowTask::Staff(staff) => handle == Some(staff.request),
                // The desk shows a patron their own requests only.
                _ => handle.is_some(),
            }
        }
        "{no}" => is_number(5),
        "{page}" => is_number(10),
        "{key}" => sent.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)),
        _ => wanted == sent,
    }
}

/// Returns the event of a success message, which the window reports to the host's page.
pub(crate) fn event_of(word: &str) -> Option<&'static str> {
    EVENTS.iter().find(|(known, _)| *known == word).map(|(_, event)| *event)
}

/// The events of success messages.
const EVENTS: &[(&str, &str)] = &[
    ("cancel-requested", "cancellation-requested"),
    ("link", "link-issued"),
    ("notified", "patron-emailed"),
    ("notified-already", "patron-emailed"),
    ("problem", "problem-reported"),
    ("received", "received"),
    ("received-no-address", "received"),
    ("supply-answered", "problem-answered"),
    ("supply-attached", "uploaded"),
    ("supply-cancel-declined", "cancellation-declined"),
    ("supply-cancelled", "cancelled"),
    ("supply-changed", "changed"),
    ("supply-granted", "extended"),
    ("supply-moved", "reordered"),
    ("supply-removed", "removed"),
    ("supply-replaced", "replaced"),
    ("supply-revoked", "link-revoked"),
    ("supply-shipped", "shipped"),
    ("supply-withdrawn", "withdrawn"),
];

#[cfg(test)]
#[path = "rules/tests.rs"]
mod tests;
