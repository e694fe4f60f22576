use crate::Pages;
use crate::web::Visitor;
use crate::web::from_parts;
use axum::extract::{FromRequestParts as _, Path};
use axum::response::Response;
use desktop_delivery::{AttachmentNo, RequestHandle};
use http::request::Parts;
use std::ops::RangeInclusive;

from_parts!(Pages: Handle, FileNo);

/// The valid numbers of files and links.
pub(crate) const NUMBERS: RangeInclusive<u64> = 1..=u16::MAX as u64;

/// The request handle in a path, `{handle}`.
#[derive(Clone, Copy)]
pub(crate) struct Handle(pub(crate) RequestHandle);

/// The file number in a path, `{no}`.
#[derive(Clone, Copy)]
pub(crate) struct FileNo(pub(crate) AttachmentNo);

impl Handle {
    pub(crate) async fn extract(parts: &mut Parts, pages: &Pages) -> Result<Self, Response> {
        let text = segment(parts, "handle").await;
        match text.and_then(|text| RequestHandle::parse(&text).ok()) {
            Some(handle) => Ok(Self(handle)),
            None => Err(not_found(parts, pages).await),
        }
    }
}

impl FileNo {
    pub(crate) async fn extract(parts: &mut Parts, pages: &Pages) -> Result<Self, Response> {
        match number(parts).await {
            Some(no) => Ok(Self(AttachmentNo::new(no))),
            None => Err(not_found(parts, pages).await),
        }
    }
}

async fn number(parts: &mut Parts) -> Option<u16> {
    segment(parts, "no").await.and_then(|text| text.parse().ok())
}

async fn segment(parts: &mut Parts, name: &str) -> Option<String> {
    let path = Path::<Vec<(String, String)>>::from_request_parts(parts, &()).await;
    let Path(segments) = path.ok()?;
    segments.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

async fn not_found(parts: &mut Parts, pages: &Pages) -> Response {
    match Visitor::extract(parts, pages).await {
        Ok(Visitor { frame }) => frame.not_found(),
        Err(response) => response,
    }
}
