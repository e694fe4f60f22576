use crate::Pages;
use crate::web::Visitor;
use axum::extract::{FromRef, FromRequestParts, Path};
use axum::response::Response;
use desktop_delivery::{AttachmentNo, RequestHandle};
use http::request::Parts;
use std::ops::RangeInclusive;

/// The numbers that files and links may have.
pub(crate) const NUMBERS: RangeInclusive<u64> = 1..=u16::MAX as u64;

/// The request that a path names as `{handle}`.
#[derive(Clone, Copy)]
pub(crate) struct Handle(pub(crate) RequestHandle);

/// The file that a path names as `{no}`.
#[derive(Clone, Copy)]
pub(crate) struct FileNo(pub(crate) AttachmentNo);

impl<S> FromRequestParts<S> for Handle
where
    S: Send + Sync,
    Pages: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let text = segment(parts, "handle").await;
        match text.and_then(|text| RequestHandle::parse(&text).ok()) {
            Some(handle) => Ok(Self(handle)),
            None => Err(not_found(parts, &Pages::from_ref(state)).await),
        }
    }
}

impl<S> FromRequestParts<S> for FileNo
where
    S: Send + Sync,
    Pages: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match number(parts).await {
            Some(no) => Ok(Self(AttachmentNo::new(no))),
            None => Err(not_found(parts, &Pages::from_ref(state)).await),
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
    match Visitor::from_request_parts(parts, pages).await {
        Ok(Visitor { frame }) => frame.not_found(),
        Err(response) => response,
    }
}
