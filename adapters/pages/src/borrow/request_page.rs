use super::copyright::Copyright;
use super::file_box::FileBox;
use super::patron_box::PatronBox;
use super::problem_line::{KINDS, kind_key};
use crate::Pages;
use crate::requests::{
    Handle, Libraries, NoticeRow, chip_of, citation_rows, notices_of, since_of, status_of,
};
use crate::web::{Alert, Entered, Frame, Refused, Reply, StaffMember, View, page, page_with};
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::StaffView;
use desktop_delivery::{Error, RequestHandle, Status};
use http::StatusCode;
use serde::Serialize;

/// A request, as the borrowing library sees it.
#[derive(Serialize)]
pub(super) struct RequestPage {
    frame: Frame,
    alert: Option<Alert>,
    entered: Entered,
    /// The address of this page.
    path: String,
    title: String,
    source: String,
    /// The labels and texts of the citation.
    citation: Vec<(String, String)>,
    request_no: String,
    other_number: String,
    lender: String,
    is_over: bool,
    may_receive: bool,
    /// The text shown if there are no files to see.
    no_files: String,
    status: String,
    chip: &'static str,
    since: String,
    files: Vec<FileBox>,
    /// The extension requests: a description and the note of each.
    extension_requests: Vec<(String, String)>,
    copyright: Copyright,
    patron: PatronBox,
    /// The kinds of problems: value and label.
    kinds: Vec<(&'static str, String)>,
    notices: Vec<NoticeRow>,
    /// Since when a cancellation request waits; empty if there is none.
    cancel_requested_on: String,
}

impl View for RequestPage {
    const TEMPLATE: &'static str = "borrow/request.html";

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
            request_no: text(),
            other_number: text(),
            lender: text(),
            status: text(),
            chip: "chip",
            since: text(),
            is_over: false,
            may_receive: true,
            no_files: text(),
            files: vec![FileBox::sample()],
            extension_requests: vec![(text(), text())],
            copyright: Copyright { lines: vec![text()], version: 1 },
            patron: PatronBox::sample(),
            kinds: vec![("other", text())],
            notices: vec![NoticeRow::sample()],
            cancel_requested_on: String::new(),
            frame,
        }
    }
}

/// Shows a request.
pub(super) async fn show(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
) -> Reply {
    Ok(page(&RequestPage::of(&pages, member, handle, None, Entered::none()).await?))
}

impl RequestPage {
    /// Shows the page with the reason why a form was refused.
    pub(super) async fn refused(
        pages: &Pages,
        member: StaffMember,
        handle: RequestHandle,
        refused: &Refused,
        entered: Entered,
    ) -> Reply {
        let failure = refused.failure(&member.frame);
        let is_broken = matches!(
            refused,
            Refused::Desk(error) if !matches!(error, Error::Refused(_) | Error::InvalidInput(_))
        );
        if is_broken || failure.status == StatusCode::NOT_FOUND {
            return Err(failure.show(&member.frame));
        }
        let entered = entered.wrong(refused.field());
        let shown = Self::of(pages, member, handle, Some(failure.alert), entered).await?;
        Ok(page_with(failure.status, &shown))
    }

    async fn of(
        pages: &Pages,
        member: StaffMember,
        handle: RequestHandle,
        alert: Option<Alert>,
        entered: Entered,
    ) -> Result<Self, Response> {
        let failed = |error: Error| member.frame.failed(error);
        let shown = pages.desk.requester_page(handle, &member.actor).await.map_err(failed)?;
        // The lending library has its own page for this request.
        if shown.view.facts.requester != member.library.id {
            return Err(member.frame.not_found());
        }
        let files = FileBox::all(pages, &member.frame, handle, &shown).map_err(failed)?;
        let stored = files.iter().filter(|file| file.is_kept);
        let entered = entered.with_file_of(stored.map(|file| file.no));
        let patron = PatronBox::of(pages, &member, &shown).await.map_err(failed)?;
        let view = shown.view;
        let lender = Libraries::of(pages).name(&view.facts.supplier).await;
        let lender = lender.map_err(|error| failed(error.into()))?;
        Ok(Self::shown(member, (alert, entered), handle, view, (files, patron, lender)))
    }

    fn shown(
        member: StaffMember,
        (alert, entered): (Option<Alert>, Entered),
        handle: RequestHandle,
        view: StaffView,
        (files, patron, lender): (Vec<FileBox>, PatronBox, String),
    ) -> Self {
        let StaffMember { frame, library, .. } = member;
        let t = frame.t.clone();
        let day = |at| t.day_of(at, &frame.zone);
        let facts = view.facts;
        let (source, citation) = (facts.source_line().into_owned(), citation_rows(&facts, &t));
        let extension_requests = view.extension_requests.iter().map(|request| {
            let message = t.message("borrow-extension-requested").set("day", day(request.at));
            (message.to_string(), request.note.clone())
        });
        Self {
            alert,
            entered,
            path: format!("{}/borrow/{handle}", frame.base),
            other_number: if facts.supplier_request_id == facts.requester_request_id {
                String::new()
            } else {
                facts.supplier_request_id
            },
            source,
            citation,
            title: facts.title,
            request_no: facts.requester_request_id,
            lender,
            is_over: view.status.is_over(),
            may_receive: view.status == Status::Shipped,
            no_files: t.text(no_files(view.status)),
            status: status_of(view.status, &frame),
            chip: chip_of(view.status),
            since: since_of(view.status, view.status_since, &frame),
            extension_requests: extension_requests.collect(),
            copyright: Copyright::of(&library, &frame),
            kinds: KINDS.iter().map(|kind| (kind.as_str(), t.text(&kind_key(*kind)))).collect(),
            notices: notices_of(&view.notices, patron.is_reachable, &frame),
            cancel_requested_on: view.cancel_requested_at.map(day).unwrap_or_default(),
            files,
            patron,
            frame,
        }
    }
}

/// Returns the message shown if there are no files to see.
fn no_files(status: Status) -> &'static str {
    match status {
        Status::Pending => "borrow-files-pending",
        status if status.is_over() => "borrow-files-over",
        _ => "borrow-files-none",
    }
}
