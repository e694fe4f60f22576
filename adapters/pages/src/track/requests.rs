use super::request::{available_documents, status_text};
use crate::Pages;
use crate::requests::Libraries;
use crate::web::{Field, Frame, PageQuery, PatronVisitor, Reply, View, page};
use axum::extract::State;
use desktop_delivery::RequestHandle;
use desktop_delivery::ledger::{ListPosition, ListQuery, Party};
use serde::Serialize;

/// The number of requests on a page.
const PAGE: usize = 20;

/// The position of the request that the page starts after.
const AFTER: Field = Field::in_address("after");

/// The requests of a patron, newest first.
#[derive(Serialize)]
pub(super) struct RequestsPage {
    frame: Frame,
    requests: Vec<Row>,
    /// Whether this is not the first page.
    is_later: bool,
    /// The position at which the next page starts.
    next: Option<String>,
}

impl View for RequestsPage {
    const TEMPLATE: &'static str = "track/requests.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        let row = Row {
            handle: RequestHandle::from_bytes([0; 8]),
            title: text(),
            source: text(),
            status_text: text(),
            documents: Some(text()),
        };
        Self { requests: vec![row], is_later: true, next: Some(text()), frame }
    }
}

#[derive(Serialize)]
struct Row {
    handle: RequestHandle,
    title: String,
    source: String,
    status_text: String,
    /// A description of the available documents, if any.
    documents: Option<String>,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: PatronVisitor,
    query: PageQuery,
) -> Reply {
    let actor = visitor.actor();
    let PatronVisitor { agency, patron, frame, .. } = visitor;
    let after = query.read(|query| query.optional(AFTER));
    let after = after.map_err(|fault| fault.failure(&frame.t).show(&frame))?;
    let party = Party::Patron(agency, patron);
    // An invalid position starts at the first page.
    let after = after.and_then(|after| after.parse::<ListPosition>().ok());
    let query = ListQuery::of(party, PAGE + 1).with_after(after);
    let is_later = query.after.is_some();
    let mut listed = pages.desk.list(&query).await.map_err(|error| frame.failed(error))?;
    let has_more = listed.len() > PAGE;
    listed.truncate(PAGE);
    let next = listed.last().filter(|_| has_more).map(|last| last.position.to_string());
    let (mut requests, mut libraries) = (Vec::with_capacity(listed.len()), Libraries::of(&pages));
    let handles: Vec<_> = listed.iter().map(|one| one.position.handle).collect();
    let views = pages.desk.patron_views(&handles, &actor).await;
    for (handle, view) in views.map_err(|error| frame.failed(error))? {
        let supplier = libraries.name(&view.facts.supplier).await;
        let supplier = supplier.map_err(|error| frame.failed(error))?;
        requests.push(Row {
            handle,
            status_text: status_text(&frame, &view, &supplier),
            documents: available_documents(&frame, &view),
            source: view.facts.source_line().into_owned(),
            title: view.facts.title,
        });
    }
    Ok(page(&RequestsPage { frame, requests, is_later, next }))
}
