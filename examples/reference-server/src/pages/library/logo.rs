use super::record::refused;
use crate::assemble::Server;
use crate::web::{Administrator, FORM_KEY, Failure, Form, Reply, done, is_of_session};
use axum::body::Bytes;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use desktop_delivery::{Logo, StoreError};
use desktop_delivery_http::Posted;
use futures_util::stream;
use http::{HeaderMap, StatusCode, header};
use multer::Multipart;
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;

/// Takes a small picture as the library's logo.
pub(super) async fn put(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    headers: HeaderMap,
    body: Result<Posted, desktop_delivery_http::Problem>,
) -> Reply {
    let Ok(Posted(bytes)) = body else { return Ok(refused(&server, member, "library-logo")) };
    let Some(sent) = read(&headers, bytes).await else {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "form").show(&member.frame));
    };
    if !is_of_session(&headers, &server, &sent.form_key).await {
        return Err(Failure::new(StatusCode::FORBIDDEN, "form-key").show(&member.frame));
    }
    let address = format!("data:{};base64,{}", sent.media_type, STANDARD.encode(&sent.picture));
    let Ok(logo) = Logo::new(address) else {
        return Ok(refused(&server, member, "library-logo"));
    };
    let library = member.library.clone().with_logo(logo);
    let kept = server.directory.put_participant(&library, &member.actor, server.desk.now()).await;
    kept.map_err(|error: StoreError| member.frame.failed(error))?;
    Ok(done(&server, "/library", "logo"))
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn remove(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    Form(Nothing {}): Form<Nothing>,
) -> Reply {
    let library = member.library.clone().with_logo(Logo::default());
    let kept = server.directory.put_participant(&library, &member.actor, server.desk.now()).await;
    kept.map_err(|error| member.frame.failed(error))?;
    Ok(done(&server, "/library", "logo-removed"))
}

#[derive(Default)]
struct Sent {
    form_key: String,
    media_type: String,
    picture: Bytes,
}

/// Reads the form (RFC 7578); `None` where it is none.
async fn read(headers: &HeaderMap, bytes: Bytes) -> Option<Sent> {
    let stated = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let boundary = multer::parse_boundary(stated).ok()?;
    let mut form = Multipart::new(stream::iter([Ok::<_, Infallible>(bytes)]), boundary);
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.ok()? {
        match field.name() {
            Some(FORM_KEY) => sent.form_key = field.text().await.ok()?,
            Some("logo") => {
                sent.media_type =
                    field.content_type().map(|of| of.essence_str().to_owned()).unwrap_or_default();
                sent.picture = field.bytes().await.ok()?;
            }
            _ => {}
        }
    }
    Some(sent)
}
