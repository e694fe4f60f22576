use super::image_key::ImageKey;
use super::page_image::render_page;
use crate::Pages;
use crate::web::{Reply, StaffMember};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::{AttachmentNo, RequestHandle};
use http::{HeaderValue, StatusCode, header};

/// Returns the image of a page that the viewer of the same session has just shown. If it is no
/// longer cached, renders it again, which is recorded again.
pub(super) async fn show(
    State(pages): State<Pages>,
    member: StaffMember,
    Path((handle, no, page, key)): Path<(String, u16, u32, String)>,
) -> Reply {
    let missing = || StatusCode::NOT_FOUND.into_response();
    let handle = RequestHandle::parse(&handle).map_err(|_| missing())?;
    let attachment = AttachmentNo::new(no);
    let failed = |error| member.frame.failed(error);
    // The file may have been removed or withdrawn since.
    let view = pages.desk.staff_view(handle, &member.actor).await.map_err(failed)?;
    let file = view.files.iter().find(|file| file.attachment.no == attachment);
    let file = file.filter(|file| file.attachment.is_live()).ok_or_else(missing)?;
    let version = file.attachment.current();
    let image_key = ImageKey { handle, attachment, version: version.no, page };
    if !image_key.verify(&member.frame.form_key, pages.desk.now(), &key) {
        return Err(missing());
    }
    let cached = pages.previews.cached(version.digest, page);
    let shown = match cached {
        Some(shown) => shown,
        None => {
            let opened = pages.desk.open_preview(handle, &member.actor, attachment).await;
            let opened = opened.map_err(failed)?;
            render_page(&pages, &opened, page).await.map_err(|_| missing())?
        }
    };
    let mut response = Response::new(Body::from(shown.image));
    let media_type = HeaderValue::from_static(shown.image_type.media_type());
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    Ok(response)
}
