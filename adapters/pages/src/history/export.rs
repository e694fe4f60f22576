use super::page::{Row, load_request, rows};
use crate::Pages;
use crate::requests::{Handle, Side};
use crate::web::{Frame, Reply, StaffMember};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::RequestHandle;
use desktop_delivery::events::RecordedEvent;
use desktop_delivery_http::EventJson;
use http::{HeaderValue, header};
use serde::Serialize;

/// The number of events loaded at once.
const PAGE: usize = 1_000;
/// The most events of an export. A request usually has a few dozen.
const MAX_EVENTS: usize = 50_000;

/// An exported event: the event as in the API, with descriptions.
#[derive(Serialize)]
struct DescribedEvent<'a> {
    #[serde(flatten)]
    event: EventJson,
    who: &'a str,
    what: &'a str,
}

pub(super) async fn supply_csv(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
) -> Reply {
    csv(&pages, member, Side::Lending, handle).await
}

pub(super) async fn borrow_csv(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
) -> Reply {
    csv(&pages, member, Side::Borrowing, handle).await
}

pub(super) async fn supply_json(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
) -> Reply {
    json(&pages, member, Side::Lending, handle).await
}

pub(super) async fn borrow_json(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
) -> Reply {
    json(&pages, member, Side::Borrowing, handle).await
}

async fn csv(pages: &Pages, member: StaffMember, side: Side, handle: RequestHandle) -> Reply {
    let (events, rows) = all_events(pages, &member, side, handle).await?;
    let t = member.frame.t.clone();
    let mut table = csv::Writer::from_writer(Vec::new());
    let headings = ["history-utc", "history-when", "history-who", "history-what", "history-event"];
    // Writing to memory cannot fail.
    let mut written = table.write_record(headings.map(|heading| t.text(heading)));
    for (recorded, Row { when, who, what }) in events.iter().zip(&rows) {
        let utc = recorded.event.at.to_string();
        let cells = [&utc, when, who, what, &kind(recorded)].map(|cell| escape_formula(cell));
        written = written.and_then(|()| table.write_record(cells));
    }
    let text = written.ok().and_then(|()| table.into_inner().ok()).unwrap_or_default();
    // The byte order mark makes spreadsheets read the file as UTF-8.
    let text = ["\u{feff}".as_bytes(), &text].concat();
    Ok(file(&member.frame, text, "text/csv; charset=utf-8", &format!("{handle}.csv")))
}

async fn json(pages: &Pages, member: StaffMember, side: Side, handle: RequestHandle) -> Reply {
    let (events, rows) = all_events(pages, &member, side, handle).await?;
    let described: Vec<DescribedEvent<'_>> = events
        .iter()
        .zip(&rows)
        .map(|(recorded, Row { who, what, .. })| DescribedEvent {
            event: EventJson::of(recorded),
            who,
            what,
        })
        .collect();
    let text = serde_json::to_vec_pretty(&described).unwrap_or_default();
    Ok(file(&member.frame, text, "application/json", &format!("{handle}.json")))
}

async fn all_events(
    pages: &Pages,
    member: &StaffMember,
    side: Side,
    handle: RequestHandle,
) -> Result<(Vec<RecordedEvent>, Vec<Row>), Response> {
    let view = load_request(pages, member, side, handle).await?;
    let mut events: Vec<RecordedEvent> = Vec::new();
    while events.len() < MAX_EVENTS {
        let after = events.last().map(|last| last.position);
        let page = pages.desk.events(handle, &member.actor, after, PAGE).await;
        let page = page.map_err(|error| member.frame.failed(error))?;
        let is_last = page.len() < PAGE;
        events.extend(page);
        if is_last {
            break;
        }
    }
    let rows = rows(pages, &member.frame, &view.zone, &events).await?;
    Ok((events, rows))
}

/// Returns the name of the event kind in the API.
fn kind(recorded: &RecordedEvent) -> String {
    let kind = serde_json::to_value(&recorded.event.kind).unwrap_or_default();
    kind["event"].as_str().unwrap_or_default().to_owned()
}

/// Escapes a cell that a spreadsheet would interpret as a formula (OWASP, "CSV Injection").
fn escape_formula(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn file(frame: &Frame, text: Vec<u8>, media_type: &'static str, name: &str) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Ok(language) = HeaderValue::from_str(frame.t.code()) {
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
    let disposition = format!("attachment; filename=\"history-{name}\"");
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_look_like_formulas_are_escaped() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"] {
            assert!(escape_formula(cell).starts_with('\''), "{cell}");
        }
        assert_eq!(escape_formula("Anne Roy, Toronto"), "Anne Roy, Toronto");
    }
}
