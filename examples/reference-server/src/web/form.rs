use super::frame::Frame;
use super::reply::Failure;
use super::visitor::{SessionKind, SignedIn, Visitor, is_cross_site, is_of};
use crate::assemble::Server;
use axum::extract::{FromRequest, FromRequestParts as _, Path, Request};
use axum::response::Response;
use desktop_delivery::{Error, Refusal, RequestHandle};
use desktop_delivery_http::Posted;
use http::StatusCode;
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::Arc;

/// The field of a form that shows from which session's page it comes.
pub(crate) const FORM_KEY: &str = "form_key";

/// A form that was sent by a page of the same session of staff; one that another site made a browser
/// send is refused.
///
/// Nothing is read of it where its path names a request that the signed-in member of staff may not
/// see.
pub(crate) struct Form<T>(pub(crate) T);

/// A form that was sent by a page of the same session of a patron.
pub(crate) struct PatronForm<T>(pub(crate) T);

/// A form of somebody who is not signed in yet.
pub(crate) struct AnyForm<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<Server>> for Form<T> {
    type Rejection = Response;

    async fn from_request(request: Request, server: &Arc<Server>) -> Result<Self, Response> {
        of_session(SessionKind::Staff, request, server).await.map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<Arc<Server>> for PatronForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, server: &Arc<Server>) -> Result<Self, Response> {
        of_session(SessionKind::Patron, request, server).await.map(Self)
    }
}

async fn of_session<T: DeserializeOwned>(
    kind: SessionKind,
    request: Request,
    server: &Arc<Server>,
) -> Result<T, Response> {
    let headers = request.headers().clone();
    let (frame, fields) = fields(request, server).await?;
    let sent = fields.iter().find(|(name, _)| name == FORM_KEY).map(|(_, key)| key.as_str());
    if !is_of(kind, &headers, server, sent.unwrap_or_default()).await {
        return Err(Failure::new(StatusCode::FORBIDDEN, "form-key").show(&frame));
    }
    read(&frame, fields)
}

impl<T: DeserializeOwned> FromRequest<Arc<Server>> for AnyForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, server: &Arc<Server>) -> Result<Self, Response> {
        let (frame, fields) = fields(request, server).await?;
        read(&frame, fields).map(Self)
    }
}

/// The fields as they were sent, and a frame to say what is wrong with them in.
async fn fields(
    request: Request,
    server: &Arc<Server>,
) -> Result<(Frame, Vec<(String, String)>), Response> {
    let (mut parts, body) = request.into_parts();
    let Visitor { frame, .. } = Visitor::from_request_parts(&mut parts, server).await?;
    if is_cross_site(&parts.headers) {
        return Err(Failure::new(StatusCode::FORBIDDEN, "form-key").show(&frame));
    }
    if !may_see(&mut parts, server).await.map_err(|error| frame.failed(error))? {
        return Err(frame.not_found());
    }
    let posted = Posted::from_request(Request::from_parts(parts, body), server).await;
    let Posted(bytes) = posted.map_err(|_| unreadable(&frame))?;
    let fields = serde_urlencoded::from_bytes(&bytes).map_err(|_| unreadable(&frame))?;
    Ok((frame, fields))
}

/// Whether the member of staff may see the request that the path names; `true` where there is none of
/// the two.
async fn may_see(parts: &mut Parts, server: &Arc<Server>) -> Result<bool, Error> {
    let Some(SignedIn(actor)) = parts.extensions.get().cloned() else { return Ok(true) };
    let path = Path::<HashMap<String, String>>::from_request_parts(parts, server).await;
    let handle = path.ok().and_then(|Path(segments)| segments.get("handle").cloned());
    let Some(handle) = handle.and_then(|handle| RequestHandle::parse(&handle).ok()) else {
        return Ok(true);
    };
    match server.desk.check_access(handle, &actor).await {
        Err(Error::Refused(Refusal::Unknown)) => Ok(false),
        checked => checked.map(|()| true),
    }
}

/// Reads the fields as a struct; of a field that came twice, the last.
fn read<T: DeserializeOwned>(frame: &Frame, fields: Vec<(String, String)>) -> Result<T, Response> {
    let mut last: Vec<(String, String)> = Vec::with_capacity(fields.len());
    for (name, value) in fields.into_iter().filter(|(name, _)| name != FORM_KEY) {
        last.retain(|(other, _)| *other != name);
        last.push((name, value));
    }
    serde_urlencoded::to_string(&last)
        .ok()
        .and_then(|text| serde_urlencoded::from_str(&text).ok())
        .ok_or_else(|| unreadable(frame))
}

fn unreadable(frame: &Frame) -> Response {
    Failure::new(StatusCode::BAD_REQUEST, "form").show(frame)
}
