use super::image_key::ImageKey;
use super::{alert, drawn};
use crate::Pages;
use crate::requests::{FileNo, Handle, Side};
use crate::web::{Alert, Field, Frame, PageQuery, Reply, StaffMember, page, page_with};
use askama::Template;
use axum::extract::State;
use desktop_delivery::{AttachmentNo, Download, RequestHandle};
use desktop_delivery_preview::{PreviewError, PreviewPage};
use http::StatusCode;
use std::error::Error as _;

/// Which page, from 1.
const PAGE: Field = Field::in_address("page");

/// A page of a file, as an image, and the way to the others.
#[derive(Template)]
#[template(path = "preview/viewer.html")]
struct ViewerPage {
    frame: Frame,
    alert: Option<Alert>,
    /// The address of the request.
    request: String,
    /// The address of this viewer.
    path: String,
    name: String,
    title: String,
    number: u32,
    /// How many there are; 0 where that is not known.
    pages: u32,
    image: Option<Image>,
    is_supplier: bool,
}

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

/// Opens the file, which is recorded, and draws the page before it is answered, so that the answer can
/// say what is wrong in words.
async fn show(
    pages: &Pages,
    member: StaffMember,
    (handle, no): (RequestHandle, AttachmentNo),
    query: &PageQuery,
    side: Side,
) -> Reply {
    let frame = member.frame;
    let number = query.read(|query| query.optional_number(PAGE, 1..=u64::from(u32::MAX)));
    let number = number.map_err(|fault| fault.failure(frame.t).show(&frame))?.unwrap_or(1);
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
    let shown = drawn(pages, &opened, number).await;
    let request = format!("{}{}/{handle}", frame.base, side.path());
    let path = format!("{request}/files/{}/pages", no.get());
    let mut shown_page = ViewerPage {
        alert: None,
        request,
        path,
        name: opened.file_name.clone(),
        title: view.facts.title,
        number,
        pages: 0,
        image: None,
        is_supplier: side == Side::Lending,
        frame,
    };
    match shown {
        Ok(shown) => {
            shown_page.pages = shown.pages;
            shown_page.image = Some(image(pages, &opened, number, &shown, &shown_page.frame));
            Ok(page(&shown_page))
        }
        Err(error) => {
            if let PreviewError::NoSuchPage { pages } = error {
                shown_page.pages = pages;
            }
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
        tracing::error!(%error, cause, "a preview failed");
    } else {
        tracing::info!(%error, "no preview");
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
    /// The page before; 0 for none.
    fn previous(&self) -> u32 {
        let before = self.number.saturating_sub(1);
        if self.pages == 0 { before } else { before.min(self.pages) }
    }

    /// The next page; 0 for none.
    fn next(&self) -> u32 {
        if self.number < self.pages { self.number + 1 } else { 0 }
    }
}
