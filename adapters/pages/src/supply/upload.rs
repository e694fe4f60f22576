use super::answer::{Place, refuse};
use super::receive::{Received, receive};
use super::supplied::path;
use crate::Pages;
use crate::requests::{FileNo, Handle};
use crate::web::{Alert, Entered, Failure, Frame, Reply, StaffMember, done};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;

/// The response to files sent by the page's script.
#[derive(Serialize)]
struct ReceivedJson {
    attached: usize,
    /// Why the other files were refused, in the reader's language.
    failed: Vec<String>,
    /// Warnings about the attached files, in the reader's language.
    warnings: Vec<String>,
}

/// Attaches the files of a form.
pub(super) async fn attach(
    State(pages): State<Pages>,
    member: Result<StaffMember, Response>,
    Handle(handle): Handle,
    headers: HeaderMap,
    body: Body,
) -> Reply {
    let (member, received) = receive(&pages, member, handle, None, &headers, body).await?;
    if wants_json(&headers) {
        return Ok(json_response(&received, &member.frame));
    }
    match failure(&received, &member.frame) {
        None => Ok(done(&pages, &path(handle), "supply-attached")),
        Some(failure) => {
            let entered = Entered::of("upload", received.sent).wrong(received.wrong);
            refuse(&pages, member, handle, failure, entered, Place::Request).await
        }
    }
}

/// Replaces a document.
pub(super) async fn replace(
    State(pages): State<Pages>,
    member: Result<StaffMember, Response>,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    headers: HeaderMap,
    body: Body,
) -> Reply {
    let (member, received) = receive(&pages, member, handle, Some(no), &headers, body).await?;
    match failure(&received, &member.frame) {
        None => Ok(done(&pages, &path(handle), "supply-replaced")),
        Some(failure) => {
            let entered = Entered::of("replace", received.sent).wrong(received.wrong);
            refuse(&pages, member, handle, failure, entered, Place::File(no)).await
        }
    }
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.starts_with("application/json"))
}

fn json_response(received: &Received, frame: &Frame) -> Response {
    let failed = &received.failed;
    let status = failed.first().map_or(StatusCode::OK, |(_, failure)| failure.status);
    let failed = failed.iter().map(|(_, failure)| failure.alert.text(&frame.t)).collect();
    let warnings = received.warnings.iter().map(|warning| frame.t.warning(warning)).collect();
    let json = ReceivedJson { attached: received.attached, failed, warnings };
    let mut response = Response::new(Body::from(serde_json::to_vec(&json).unwrap_or_default()));
    *response.status_mut() = status;
    let media_type = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    response
}

/// Returns the failure to show if not all files were attached.
fn failure(received: &Received, frame: &Frame) -> Option<Failure> {
    let Received { attached, failed, stopped, too_many, .. } = received;
    let Some((_, first)) = failed.first() else {
        if *too_many {
            let text = frame.t.message("supply-too-many").set("n", *attached).to_string();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Some(Failure { status, alert: Alert::Text(text) });
        }
        let none = Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "supply-no-file");
        let interrupted = stopped.then(|| Failure::new(StatusCode::BAD_REQUEST, "interrupted"));
        return interrupted.or((*attached == 0).then_some(none));
    };
    let t = &frame.t;
    let why = |(name, failure): &(String, Failure)| {
        if name.is_empty() {
            return failure.alert.text(t);
        }
        let message = t.message("supply-file-failed").set("name", name);
        message.set("why", failure.alert.text(t)).to_string()
    };
    let mut lines: Vec<String> = failed.iter().map(why).collect();
    if *attached > 0 {
        lines.push(t.message("supply-some-attached").set("n", *attached).to_string());
    }
    if *stopped {
        lines.push(t.text("supply-upload-stopped"));
    }
    let lines = lines.join("\n");
    let is_field = matches!(first.alert, Alert::Field(_));
    let alert = if is_field { Alert::Field(lines) } else { Alert::Text(lines) };
    Some(Failure { status: first.status, alert })
}
