use super::extract::from_request;
use super::frame::Frame;
use super::reply::Failure;
use super::sent::Sent;
use super::visitor::{SessionOf, StaffSession, Visitor, is_cross_site, is_of_session};
use crate::Pages;
use axum::extract::{FromRequest as _, FromRequestParts as _, Path, Request};
use axum::response::Response;
use desktop_delivery::{Error, Refusal, RequestHandle};
use desktop_delivery_http::Posted;
use http::StatusCode;
use http::request::Parts;
use std::collections::HashMap;
use zeroize::Zeroizing;

from_request!(Pages: Form, AnyForm, Button, PatronButton);

/// The form field with the key of the session.
pub(crate) const FORM_KEY: &str = "form_key";

/// A form sent from a page of the same staff session. Forms sent by other sites are refused.
///
/// The body is not read if the path contains a request that the signed-in staff member may not see.
pub(crate) struct Form(pub(crate) Sent);

/// A form from a visitor who is not signed in yet.
pub(crate) struct AnyForm(pub(crate) Sent);

/// A [`Form`] without fields, sent by a button.
pub(crate) struct Button;

/// A button on a page of the same patron session.
pub(crate) struct PatronButton;

impl Form {
    async fn extract(request: Request, pages: &Pages) -> Result<Self, Response> {
        of_session(SessionOf::Staff, request, pages).await.map(|(_, sent)| Self(sent))
    }
}

impl AnyForm {
    async fn extract(request: Request, pages: &Pages) -> Result<Self, Response> {
        let (_, _, mut fields) = fields(request, pages).await?;
        fields.retain(|(name, _)| name != FORM_KEY);
        Ok(Self(Sent::new(fields)))
    }
}

impl Button {
    async fn extract(request: Request, pages: &Pages) -> Result<Self, Response> {
        pressed(SessionOf::Staff, request, pages).await.map(|()| Self)
    }
}

impl PatronButton {
    async fn extract(request: Request, pages: &Pages) -> Result<Self, Response> {
        pressed(SessionOf::Patron, request, pages).await.map(|()| Self)
    }
}

async fn pressed(kind: SessionOf, request: Request, pages: &Pages) -> Result<(), Response> {
    let (frame, sent) = of_session(kind, request, pages).await?;
    sent.read(|_| Ok(())).map_err(|fault| fault.failure(&frame.t).show(&frame))
}

async fn of_session(
    kind: SessionOf,
    request: Request,
    pages: &Pages,
) -> Result<(Frame, Sent), Response> {
    let (parts, frame, fields) = fields(request, pages).await?;
    let (keys, fields): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|(name, _)| name == FORM_KEY);
    let sent = if let [(_, key)] = &*keys { key.as_str() } else { "" };
    if !is_of_session(kind, &parts, pages, sent).await {
        return Err(Failure::new(StatusCode::FORBIDDEN, "form-key").show(&frame));
    }
    Ok((frame, Sent::new(fields)))
}

/// Reads the fields, and returns them with a frame for error pages.
async fn fields(
    request: Request,
    pages: &Pages,
) -> Result<(Parts, Frame, Vec<(String, Zeroizing<String>)>), Response> {
    let (mut parts, body) = request.into_parts();
    let Visitor { frame } = Visitor::extract(&mut parts, pages).await?;
    if is_cross_site(&parts.headers) {
        return Err(Failure::new(StatusCode::FORBIDDEN, "form-key").show(&frame));
    }
    if !may_see(&mut parts, pages).await.map_err(|error| frame.failed(error))? {
        return Err(frame.not_found());
    }
    let posted = Request::from_parts(parts.clone(), body);
    let posted = Posted::from_request(posted, pages).await;
    let Posted(bytes) = posted.map_err(|problem| match problem.status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "form-too-long").show(&frame)
        }
        _ => unreadable(&frame),
    })?;
    let fields = serde_urlencoded::from_bytes(&bytes).map_err(|_| unreadable(&frame))?;
    Ok((parts, frame, fields))
}

/// Returns whether the staff member may see the request in the path; `true` if there is no staff
/// member or no request.
async fn may_see(parts: &mut Parts, pages: &Pages) -> Result<bool, Error> {
    let Some(StaffSession { actor, .. }) = parts.extensions.get().cloned() else { return Ok(true) };
    let path = Path::<HashMap<String, String>>::from_request_parts(parts, pages).await;
    let handle = path.ok().and_then(|Path(segments)| segments.get("handle").cloned());
    let Some(handle) = handle.and_then(|handle| RequestHandle::parse(&handle).ok()) else {
        return Ok(true);
    };
    match pages.desk.check_access(handle, &actor).await {
        Err(Error::Refused(Refusal::Unknown)) => Ok(false),
        checked => checked.map(|()| true),
    }
}

fn unreadable(frame: &Frame) -> Response {
    Failure::new(StatusCode::BAD_REQUEST, "form").show(frame)
}
