use super::file_row::FileRow;
use super::link_row::{LinkRow, ShownLink};
use super::ship_plan::ShipPlan;
use super::supplied::{Supplied, path};
use super::waiting::{ExtensionRow, ProblemRow, extension_requests, problems};
use crate::Pages;
use crate::requests::{
    Handle, NoticeRow, chip_of, citation_rows, is_patron_email_pending, notices_of, since_of,
    status_of,
};
use crate::web::{Alert, Entered, Frame, Reply, StaffMember, View, page};
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::Status;
use desktop_delivery_text::Texts;
use serde::Serialize;

/// The most notices on the page. The history has all of them.
const MAX_NOTICES: usize = 20;

/// A request, as the lending library's staff see it.
#[derive(Serialize)]
pub(super) struct RequestPage {
    frame: Frame,
    alert: Option<Alert>,
    entered: Entered,
    path: String,
    title: String,
    source: String,
    /// The labels and texts of the citation.
    citation: Vec<(String, String)>,
    status: String,
    chip: &'static str,
    since: String,
    requester: String,
    /// The lending library's number for the request; empty if there is none.
    request_no: String,
    their_number: String,
    service_type: String,
    is_pending: bool,
    is_visible: bool,
    is_over: bool,
    /// Since when a cancellation request waits; empty if there is none.
    cancel_since: String,
    extension_requests: Vec<ExtensionRow>,
    problems: Vec<ProblemRow>,
    files: Vec<FileRow>,
    /// Whether there is an order that can be changed.
    can_move: bool,
    max_downloads: u32,
    max_days: u16,
    max_bytes: u64,
    max_size: String,
    /// What shipping will do; `None` after shipping.
    ship: Option<ShipPlan>,
    links: Vec<LinkRow>,
    shown_link: Option<ShownLink>,
    notices: Vec<NoticeRow>,
    has_more_notices: bool,
}

impl View for RequestPage {
    const TEMPLATE: &'static str = "supply/request.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        Self {
            alert: Some(Alert::sample()),
            entered: Entered::none(),
            path: text(),
            title: text(),
            source: text(),
            citation: vec![(text(), text())],
            status: text(),
            chip: "chip",
            since: text(),
            requester: text(),
            request_no: text(),
            their_number: text(),
            service_type: text(),
            is_pending: true,
            is_visible: true,
            is_over: false,
            can_move: true,
            cancel_since: text(),
            extension_requests: vec![ExtensionRow::sample()],
            problems: vec![ProblemRow::sample()],
            files: vec![FileRow::sample()],
            max_downloads: 5,
            max_days: 90,
            max_bytes: 1,
            max_size: text(),
            ship: Some(ShipPlan::sample()),
            links: vec![LinkRow::sample()],
            shown_link: Some(ShownLink { audience_name: text(), url: text() }),
            notices: vec![NoticeRow::sample()],
            has_more_notices: true,
            frame,
        }
    }
}

impl RequestPage {
    pub(super) async fn of(
        pages: &Pages,
        supplied: Supplied,
        alert: Option<Alert>,
        entered: Entered,
    ) -> Result<Self, Response> {
        let view = &supplied.view;
        let is_pending = view.status == Status::Pending;
        let files = FileRow::all(&supplied);
        let ship = if is_pending { Some(ShipPlan::of(pages, &supplied).await?) } else { None };
        let (frame, facts, policy) = (&supplied.frame, &view.facts, &view.policy);
        let has_address =
            !is_patron_email_pending(&view.notices) || supplied.has_patron_address(pages).await?;
        let mut notices = notices_of(&view.notices, has_address, frame);
        let has_more_notices = notices.len() > MAX_NOTICES;
        notices.truncate(MAX_NOTICES);
        let cancel_since = view.cancel_requested_at.map(|since| frame.t.day_of(since, &frame.zone));
        Ok(Self {
            alert,
            entered,
            path: path(supplied.handle),
            title: facts.title.clone(),
            source: facts.source_line().into_owned(),
            citation: citation_rows(facts, &frame.t),
            status: status_of(view.status, frame),
            chip: chip_of(view.status),
            since: since_of(view.status, view.status_since, frame),
            requester: supplied.requester_name(),
            request_no: facts.supplier_request_id.clone(),
            their_number: facts.requester_request_id.clone(),
            service_type: service_name(&frame.t, &facts.service_type),
            is_pending,
            is_visible: view.status.is_visible(),
            is_over: view.status.is_over(),
            cancel_since: cancel_since.unwrap_or_default(),
            extension_requests: extension_requests(&supplied),
            problems: problems(&supplied),
            can_move: files.iter().any(|file| file.moves_up || file.moves_down),
            files,
            max_downloads: policy.max_downloads,
            max_days: policy.max_days,
            max_bytes: policy.max_file_bytes,
            max_size: frame.t.size(policy.max_file_bytes),
            ship,
            links: LinkRow::all(&supplied),
            shown_link: None,
            notices,
            has_more_notices,
            frame: supplied.frame,
        })
    }

    /// Adds the address of a link.
    pub(super) fn with_link(mut self, link: ShownLink) -> Self {
        self.shown_link = Some(link);
        self
    }
}

pub(super) async fn show(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
) -> Reply {
    let supplied = Supplied::load(&pages, member, handle).await?;
    Ok(page(&RequestPage::of(&pages, supplied, None, Entered::none()).await?))
}

/// Returns the name of an ISO 18626 service type. An unknown type is returned unchanged.
fn service_name(t: &Texts, service_type: &str) -> String {
    let key = format!("supply-service-{}", service_type.to_ascii_lowercase());
    if t.has(&key) { t.text(&key) } else { service_type.to_owned() }
}
