use super::Side;
use crate::web::Frame;
use desktop_delivery::ledger::DeliverySummary;
use desktop_delivery::{Status, Timestamp};
use serde::Serialize;

/// A request in a list.
#[derive(Serialize)]
pub(crate) struct Row {
    /// The path of the request's page.
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) source: String,
    /// This library's number for the request.
    pub(crate) number: String,
    /// The other library's number for the request; empty if it has none or the same.
    pub(crate) other_number: String,
    /// The name of the other library.
    pub(crate) other: String,
    pub(crate) status: String,
    pub(crate) chip: &'static str,
    pub(crate) since: String,
    /// The number of files that this library can see.
    pub(crate) files: String,
    /// Descriptions of the unanswered requests and problems.
    pub(crate) waiting: Vec<String>,
}

impl Row {
    /// Returns sample values for checking templates.
    pub(super) fn sample() -> Self {
        let text = || "Sample".to_owned();
        Self {
            path: text(),
            title: text(),
            source: text(),
            number: text(),
            other_number: text(),
            other: text(),
            status: text(),
            chip: "chip",
            since: text(),
            files: text(),
            waiting: vec![text()],
        }
    }

    pub(crate) fn of(listed: &DeliverySummary, other: String, side: Side, frame: &Frame) -> Self {
        let (facts, t) = (&listed.facts, &frame.t);
        let (number, other_number) = match side {
            Side::Borrowing => (&facts.requester_request_id, &facts.supplier_request_id),
            Side::Lending => (&facts.supplier_request_id, &facts.requester_request_id),
        };
        let (number, other_number) =
            if number.is_empty() { (other_number, number) } else { (number, other_number) };
        // The borrowing library sees the files once they are shipped.
        let sees_files = side == Side::Lending || listed.status.is_visible();
        let files = if sees_files { listed.attachments } else { 0 };
        let mut waiting = Vec::new();
        if listed.cancel_requested_at.is_some() {
            waiting.push(t.text("pending-cancellation"));
        }
        if listed.extension_requests > 0 {
            waiting.push(
                t.message("pending-extensions").set("n", listed.extension_requests).to_string(),
            );
        }
        if listed.problems > 0 {
            waiting.push(t.message("pending-problems").set("n", listed.problems).to_string());
        }
        Self {
            path: format!("{}/{}", side.path(), listed.position.handle),
            title: facts.title.clone(),
            source: facts.source_line().into_owned(),
            number: number.clone(),
            other_number: if number == other_number { String::new() } else { other_number.clone() },
            other,
            status: status_of(listed.status, frame),
            chip: chip_of(listed.status),
            since: since_of(listed.status, listed.status_since, frame),
            files: t.message("files-attached").set("n", files).to_string(),
            waiting,
        }
    }
}

/// Returns the name of a status.
pub(crate) fn status_of(status: Status, frame: &Frame) -> String {
    frame.t.text(&format!("status-{status}"))
}

/// Describes when a request reached its status.
pub(crate) fn since_of(status: Status, at: Timestamp, frame: &Frame) -> String {
    let key = if status == Status::Pending { "status-since" } else { "status-on" };
    frame.t.message(key).set("day", frame.t.day_of(at, &frame.zone)).to_string()
}

/// Returns the CSS class of a status. The class adds no information to the name.
pub(crate) const fn chip_of(status: Status) -> &'static str {
    match status {
        Status::Shipped | Status::Received => "chip strong",
        Status::Cancelled | Status::Unfilled | Status::Withdrawn => "chip warn",
        _ => "chip",
    }
}
