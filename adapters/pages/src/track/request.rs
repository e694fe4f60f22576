use crate::Pages;
use crate::requests::{Handle, Libraries};
use crate::web::{Frame, PatronButton, PatronVisitor, Reply, View, page, to};
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::views::{Availability, FileView, PatronView};
use desktop_delivery::{Refusal, RequestHandle};
use serde::Serialize;

/// A request of a patron.
#[derive(Serialize)]
pub(super) struct RequestPage {
    frame: Frame,
    handle: RequestHandle,
    title: String,
    source: String,
    request_no: String,
    supplier: String,
    requested_on: String,
    status_text: String,
    /// Whether the request has been shipped, so that it may have documents.
    is_shipped: bool,
    files: Vec<FileRow>,
    /// Whether downloads are left, now or later.
    may_download: bool,
    /// Whether the patron may ask for an extension.
    may_ask: bool,
}

impl View for RequestPage {
    const TEMPLATE: &'static str = "track/request.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        let file = FileRow {
            name: text(),
            description: text(),
            size: text(),
            notes: vec![text()],
            refused: Some(text()),
        };
        Self {
            handle: RequestHandle::from_bytes([0; 8]),
            title: text(),
            source: text(),
            request_no: text(),
            supplier: text(),
            requested_on: text(),
            status_text: text(),
            is_shipped: true,
            files: vec![file],
            may_download: true,
            may_ask: true,
            frame,
        }
    }
}

#[derive(Serialize)]
struct FileRow {
    name: String,
    description: String,
    size: String,
    /// The downloads left, the last day, and other information.
    notes: Vec<String>,
    /// Why the document cannot be downloaded.
    refused: Option<String>,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: PatronVisitor,
    Handle(handle): Handle,
) -> Reply {
    let view = load_request(&pages, &visitor, handle).await?;
    let frame = visitor.frame;
    let supplier = Libraries::of(&pages).name(&view.facts.supplier).await;
    let supplier = supplier.map_err(|error| frame.failed(error))?;
    let status_text = status_text(&frame, &view, &supplier);
    Ok(page(&RequestPage {
        handle,
        status_text,
        supplier,
        requested_on: frame.t.day_of(view.created_at, &frame.zone),
        is_shipped: view.status.is_visible(),
        may_download: view.files.iter().any(|file| file.has_downloads_left),
        may_ask: view.files.iter().any(FileView::may_ask),
        files: view.files.iter().map(|file| FileRow::of(&frame, file)).collect(),
        source: view.facts.source_line().into_owned(),
        title: view.facts.title,
        request_no: view.facts.requester_request_id,
        frame,
    }))
}

impl FileRow {
    fn of(frame: &Frame, file: &FileView) -> Self {
        let t = &frame.t;
        let mut notes = Vec::new();
        if let Some(day) = file.recalled_on {
            notes.push(t.message("file-recalled").set("day", t.day(day)).to_string());
        }
        if file.has_downloads_left {
            let left = t.message("downloads-left").set("n", file.left).set("limit", file.limit);
            notes.push(left.to_string());
            if let Some(day) = file.last_day {
                notes.push(t.message("last-day").set("day", t.day(day)).to_string());
            }
        }
        let refused = match &file.availability {
            Availability::Open => None,
            // A patron reads about their own downloads, as on the page of the link.
            Availability::Refused(refusal @ Refusal::OverQuota { .. }) => {
                Some(t.refusal_on_page(refusal, &frame.zone, true).1)
            }
            Availability::Refused(refusal) => Some(t.refusal(refusal, &frame.zone)),
        };
        if let Some(claim) = &file.open_claim {
            let until = t.moment(claim.ends_at, &frame.zone);
            notes.push(t.message("track-can-resume").set("moment", until).to_string());
        }
        if let Some(at) = file.asked_at {
            let day = t.day_of(at, &frame.zone);
            notes.push(t.message("track-extension-requested").set("day", day).to_string());
        }
        Self {
            name: file.file_name.clone(),
            description: file.description.clone(),
            size: t.size(file.size),
            notes,
            refused,
        }
    }
}

/// Redirects to the page of the patron's link.
pub(super) async fn open(
    State(pages): State<Pages>,
    visitor: PatronVisitor,
    Handle(handle): Handle,
    _: PatronButton,
) -> Reply {
    let view = load_request(&pages, &visitor, handle).await?;
    if view.files.is_empty() {
        return Err(visitor.frame.not_found());
    }
    let link = pages.desk.issue_patron_link(handle, &visitor.actor()).await;
    let link = link.map_err(|error| visitor.frame.failed(error))?;
    let language = visitor.frame.t.code();
    Ok(to(&pages, &format!("/d/{}?lang={language}", link.token.expose())))
}

/// Loads the request if it belongs to this patron.
async fn load_request(
    pages: &Pages,
    visitor: &PatronVisitor,
    handle: RequestHandle,
) -> Result<PatronView, Response> {
    let view = pages.desk.patron_view(handle, &visitor.actor()).await;
    view.map_err(|error| visitor.frame.failed(error))
}

/// Describes the status of a request.
pub(super) fn status_text(frame: &Frame, view: &PatronView, supplier: &str) -> String {
    let day = frame.t.day_of(view.status_since, &frame.zone);
    let key = format!("track-status-{}", view.status);
    frame.t.message(&key).set("library", supplier).set("day", day).to_string()
}

/// Summarizes the documents of a request that can be downloaded.
pub(super) fn available_documents(frame: &Frame, view: &PatronView) -> Option<String> {
    let t = &frame.t;
    match &*view.files {
        [] => None,
        files if !files.iter().any(|file| file.has_downloads_left) => {
            let may_ask = files.iter().any(FileView::may_ask);
            Some(t.text(if may_ask { "track-may-ask" } else { "track-nothing-left" }))
        }
        [
            FileView {
                availability: Availability::Refused(refusal @ Refusal::NotYetValid { .. }),
                ..
            },
        ] => Some(t.refusal(refusal, &frame.zone)),
        [file] => {
            let left = t.message("downloads-left").set("n", file.left).set("limit", file.limit);
            Some(left.to_string())
        }
        files => Some(t.message("track-files").set("n", files.len()).to_string()),
    }
}
