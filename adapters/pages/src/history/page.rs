use super::event_texts::EventTexts;
use super::people::People;
use crate::Pages;
use crate::requests::{Handle, Side};
use crate::web::{Field, Frame, PageQuery, Reply, StaffMember, View, page};
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::StaffView;
use desktop_delivery::events::{EventPosition, RecordedEvent};
use desktop_delivery::{RequestHandle, Zone};
use serde::Serialize;

/// The position of the event that the page starts after.
const AFTER: Field = Field::in_address("after");

/// The number of events on a page.
const PAGE: usize = 50;

/// The history of a request, oldest event first.
#[derive(Serialize)]
pub(super) struct HistoryPage {
    frame: Frame,
    /// The address of the request's page.
    request: String,
    title: String,
    events: Vec<Row>,
    is_later: bool,
    next: Option<String>,
}

impl View for HistoryPage {
    const TEMPLATE: &'static str = "history.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        let events = vec![Row { when: text(), who: text(), what: text() }];
        Self { request: text(), title: text(), events, is_later: true, next: Some(text()), frame }
    }
}

/// A described event.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) when: String,
    pub(super) who: String,
    pub(super) what: String,
}

pub(super) async fn supply(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    query: PageQuery,
) -> Reply {
    show(&pages, member, Side::Lending, handle, &query).await
}

pub(super) async fn borrow(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    query: PageQuery,
) -> Reply {
    show(&pages, member, Side::Borrowing, handle, &query).await
}

async fn show(
    pages: &Pages,
    member: StaffMember,
    side: Side,
    handle: RequestHandle,
    query: &PageQuery,
) -> Reply {
    let view = load_request(pages, &member, side, handle).await?;
    let StaffMember { actor, frame, .. } = member;
    let after = query.read(|query| query.optional(AFTER));
    let after = after.map_err(|fault| fault.failure(&frame.t).show(&frame))?.and_then(position);
    let found = pages.desk.events(handle, &actor, after, PAGE + 1).await;
    let mut events = found.map_err(|error| frame.failed(error))?;
    let has_more = events.len() > PAGE;
    events.truncate(PAGE);
    let next = events
        .last()
        .filter(|_| has_more)
        .map(|last| format!("{}.{}", last.position.revision, last.position.index));
    let events = rows(pages, &frame, &view.zone, &events).await?;
    let request = format!("{}{}/{handle}", frame.base, side.path());
    let (title, is_later) = (view.facts.title, after.is_some());
    Ok(page(&HistoryPage { frame, request, title, events, is_later, next }))
}

/// Loads the request if the library has this role in it.
pub(super) async fn load_request(
    pages: &Pages,
    member: &StaffMember,
    side: Side,
    handle: RequestHandle,
) -> Result<StaffView, Response> {
    let found = pages.desk.staff_view(handle, &member.actor).await;
    let view = found.map_err(|error| member.frame.failed(error))?;
    let library = match side {
        Side::Borrowing => &view.facts.requester,
        Side::Lending => &view.facts.supplier,
    };
    if *library == member.library.id { Ok(view) } else { Err(member.frame.not_found()) }
}

/// Describes events.
pub(super) async fn rows(
    pages: &Pages,
    frame: &Frame,
    days: &Zone,
    events: &[RecordedEvent],
) -> Result<Vec<Row>, Response> {
    let texts = EventTexts::of(&frame.t, &frame.zone, days);
    let mut people = People::of(pages, &frame.t);
    let mut rows = Vec::with_capacity(events.len());
    for RecordedEvent { event, .. } in events {
        let who = people.name(&event.actor).await.map_err(|error| frame.failed(error))?;
        let (when, what) = (frame.t.moment(event.at, &frame.zone), texts.text(event));
        rows.push(Row { when, who, what });
    }
    Ok(rows)
}

fn position(cursor: &str) -> Option<EventPosition> {
    let (revision, index) = cursor.split_once('.')?;
    Some(EventPosition { revision: revision.parse().ok()?, index: index.parse().ok()? })
}
