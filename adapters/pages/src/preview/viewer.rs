use super::image_key::ImageKey;
use super::page_image::{alert, render_page};
use crate::Pages;
use crate::requests::{FileNo, Handle, Side};
use crate::web::{Alert, Field, Frame, PageQuery, Reply, StaffMember, View, page, page_with};
use axum::extract::State;
use desktop_delivery::{AttachmentNo, Download, RequestHandle};
use desktop_delivery_preview::{PreviewError, PreviewPage};
use http::StatusCode;
use serde::Serialize;
use std::error::Error as _;

/// The number of the page, from 1.
const PAGE: Field = Field::in_address("page");

/// A page of a file as an image, with navigation to the other pages.
#[derive(Serialize)]
pub(super) struct ViewerPage {
    frame: Frame,
    alert: Option<Alert>,
    /// The address of the request.
    request: String,
    /// The address of this viewer.
    path: String,
    name: String,
    title: String,
    page_no: u32,
    /// The number of pages; 0 if unknown.
    pages: u32,
    /// The number of the previous page; 0 if there is none.
    previous: u32,
    next: u32,
    image: Option<Image>,
    is_supplier: bool,
}

impl View for ViewerPage {
    const TEMPLATE: &'static str = "preview/viewer.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        let image = Image { address: text(), width: 1, height: 1, is_whole: false };
        Self {
            alert: Some(Alert::sample()),
            request: text(),
            path: text(),
            name: text(),
            title: text(),
            page_no: 2,
            pages: 3,
            previous: 1,
            next: 3,
            image: Some(image),
            is_supplier: true,
            frame,
        }
    }
}

#[derive(Serialize)]
struct Image {
    address: String,
    width: u32,
    height: u32,
    is_whole: bool,
}

pub(super) async fn borrow(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    query: PageQuery,
) -> Reply {
    show(&pages, member, (handle, no), &query, Side::Borrowing).await
}

pub(super) async fn supply(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    query: PageQuery,
) -> Reply {
    show(&pages, member, (handle, no), &query, Side::Lending).await
}

/// Opens the file, which is recorded, and renders the page before responding, so that the response
/// can explain an error.
async fn show(
    pages: &Pages,
    member: StaffMember,
    (handle, no): (RequestHandle, AttachmentNo),
    query: &PageQuery,
    side: Side,
) -> Reply {
    let frame = member.frame;
    let number = query.read(|query| query.optional_number(PAGE, 1..=u64::from(u32::MAX)));
    let number = number.map_err(|fault| fault.failure(&frame.t).show(&frame))?.unwrap_or(1);
    let view = pages.desk.staff_view(handle, &member.actor).await;
    let view = view.map_err(|error| frame.failed(error))?;
    let own = match side {
        Side::Borrowing => &view.facts.requester,
        Side::Lending => &view.facts.supplier,
    };
    if *own != member.library.id {
        return Err(frame.not_found());
    }
    let opened = pages.desk.open_preview(handle, &member.actor, no).await;
    let opened = opened.map_err(|error| frame.failed(error))?;
    let shown = render_page(pages, &opened, number).await;
    let request = format!("{}{}/{handle}", frame.base, side.path());
    let path = format!("{request}/files/{}/pages", no.get());
    let mut shown_page = ViewerPage {
        alert: None,
        request,
        path,
        name: opened.file_name.clone(),
        title: view.facts.title,
        page_no: number,
        pages: 0,
        previous: 0,
        next: 0,
        image: None,
        is_supplier: side == Side::Lending,
        frame,
    };
    match shown {
        Ok(shown) => {
            shown_page.set_pages(shown.pages);
            shown_page.image = Some(image(pages, &opened, number, &shown, &shown_page.frame));
            Ok(page(&shown_page))
        }
        Err(error) => {
            let pages = if let PreviewError::NoSuchPage { pages } = error { pages } else { 0 };
            shown_page.set_pages(pages);
            log(&error);
            shown_page.alert = Some(alert(&error, side));
            Ok(page_with(status_of(&error), &shown_page))
        }
    }
}

fn image(
    pages: &Pages,
    opened: &Download,
    number: u32,
    shown: &PreviewPage,
    frame: &Frame,
) -> Image {
    let Download { handle, attachment, version, .. } = *opened;
    let key = ImageKey { handle, attachment, version, page: number };
    let key = key.sign(&frame.form_key, pages.desk.now());
    Image {
        address: format!("{}/pages/{handle}/{}/{number}/{key}", frame.base, attachment.get()),
        width: shown.width,
        height: shown.height,
        is_whole: shown.is_whole,
    }
}

fn log(error: &PreviewError) {
    if let PreviewError::Failed(_) = error {
        let cause = error.source().map(ToString::to_string).unwrap_or_default();
        tracing::error!(%error, cause, "could not render a preview");
    } else {
        tracing::info!(%error, "no preview available");
    }
}

const fn status_of(error: &PreviewError) -> StatusCode {
    match error {
        PreviewError::Busy => StatusCode::SERVICE_UNAVAILABLE,
        PreviewError::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        PreviewError::NoSuchPage { .. } => StatusCode::NOT_FOUND,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl ViewerPage {
    fn set_pages(&mut self, pages: u32) {
        let before = self.page_no.saturating_sub(1);
        self.pages = pages;
        self.previous = if pages == 0 { before } else { before.min(pages) };
        self.next = if self.page_no < pages { self.page_no + 1 } else { 0 };
    }
}
