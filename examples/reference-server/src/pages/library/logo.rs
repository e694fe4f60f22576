use super::record::refused;
use crate::assemble::Server;
use crate::web::{Administrator, FORM_KEY, Failure, Form, Reply, done, is_of_session};
use axum::body::Body;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use desktop_delivery::{Logo, MAX_LOGO_BYTES, StoreError};
use desktop_delivery_http::{FormFile, FormPart, UploadForm};
use futures_util::TryStreamExt as _;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use std::io;
use std::sync::Arc;

/// Takes a small picture as the library's logo.
pub(super) async fn put(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    headers: HeaderMap,
    body: Body,
) -> Reply {
    let sent = match read(&server, &headers, body).await {
        Ok(Some(sent)) => sent,
        Ok(None) => return Ok(refused(&server, member, "library-logo")),
        Err(failure) => return Err(failure.show(&member.frame)),
    };
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

struct Sent {
    media_type: String,
    picture: Vec<u8>,
}

/// Reads the form (RFC 7578), whose first field must be the key of the session's forms; `None` where it
/// has no picture, or one that is too large for a logo.
async fn read(server: &Server, headers: &HeaderMap, body: Body) -> Result<Option<Sent>, Failure> {
    let unreadable = || Failure::new(StatusCode::BAD_REQUEST, "form");
    let mut form = UploadForm::of(headers, body).map_err(|_| unreadable())?;
    let mut is_ours = false;
    while let Some(part) = form.next().await.map_err(|_| unreadable())? {
        match part {
            FormPart::Text { name, text } if name == FORM_KEY => {
                is_ours = is_of_session(headers, server, &text).await;
            }
            _ if !is_ours => return Err(Failure::new(StatusCode::FORBIDDEN, "form-key")),
            FormPart::File(file) if file.field == "logo" => {
                let Some(sent) = picture(file).await.map_err(|_| unreadable())? else {
                    return Ok(None);
                };
                // The rest shows that the form has arrived whole.
                while form.next().await.map_err(|_| unreadable())?.is_some() {}
                return Ok(Some(sent));
            }
            FormPart::File(_) | FormPart::Text { .. } => {}
        }
    }
    match is_ours {
        true => Ok(None),
        false => Err(Failure::new(StatusCode::FORBIDDEN, "form-key")),
    }
}

async fn picture(mut file: FormFile) -> io::Result<Option<Sent>> {
    let mut picture = Vec::new();
    while let Some(piece) = file.bytes.try_next().await? {
        if picture.len() + piece.len() > MAX_LOGO_BYTES {
            return Ok(None);
        }
        picture.extend_from_slice(&piece);
    }
    let media_type = file.media_type.unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_owned();
    Ok(Some(Sent { media_type, picture }))
}
