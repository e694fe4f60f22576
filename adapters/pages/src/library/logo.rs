use super::record::refused;
use crate::LibraryParts;
use crate::web::{
    Administrator, Alert, Button, FORM_KEY, Failure, Field, FieldFault, Frame, Reply, done,
    is_of_staff_session,
};
use axum::body::Body;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use desktop_delivery::StoreError;
use desktop_delivery::participants::{Logo, MAX_LOGO_BYTES};
use desktop_delivery_http::{FormFile, FormPart, UploadForm};
use futures_util::TryStreamExt as _;
use http::{HeaderMap, StatusCode};
use std::io;

const LOGO: Field = Field::new("logo", "library-logo-choose");

/// Stores a small picture as the library's logo.
pub(super) async fn put(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    headers: HeaderMap,
    body: Body,
) -> Reply {
    let sent = match read(&parts, &member.frame, &headers, body).await {
        Ok(sent) => sent,
        Err(NoLogo::Form(failure)) => return Err(failure.show(&member.frame)),
        Err(NoLogo::Field(alert)) => return Ok(refused(&parts, member, alert)),
    };
    let address = format!("data:{};base64,{}", sent.media_type, STANDARD.encode(&sent.picture));
    let Ok(logo) = Logo::new(address) else {
        return Ok(refused(&parts, member, Alert::Named("library-logo")));
    };
    let library = member.library.clone().with_logo(logo);
    let saved =
        parts.directory.put_participant(&library, &member.actor, parts.pages.desk.now()).await;
    saved.map_err(|error: StoreError| member.frame.failed(error))?;
    Ok(done(&parts.pages, "/library", "logo"))
}

pub(super) async fn remove(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    _: Button,
) -> Reply {
    let library = member.library.clone().with_logo(Logo::default());
    let saved =
        parts.directory.put_participant(&library, &member.actor, parts.pages.desk.now()).await;
    saved.map_err(|error| member.frame.failed(error))?;
    Ok(done(&parts.pages, "/library", "logo-removed"))
}

struct Sent {
    media_type: String,
    picture: Vec<u8>,
}

/// The reason why a form has no valid logo.
enum NoLogo {
    /// The picture or another field is invalid.
    Field(Alert),
    /// The form cannot be read, or is not from a page of this session.
    Form(Failure),
}

/// Reads the form (RFC 7578), whose first field must be the key of the session's forms.
async fn read(
    parts: &LibraryParts,
    frame: &Frame,
    headers: &HeaderMap,
    body: Body,
) -> Result<Sent, NoLogo> {
    let unreadable = || NoLogo::Form(Failure::new(StatusCode::BAD_REQUEST, "form"));
    let not_ours = || NoLogo::Form(Failure::new(StatusCode::FORBIDDEN, "form-key"));
    let wrong = |fault: FieldFault| NoLogo::Field(fault.alert(&frame.t));
    let no_picture = || NoLogo::Field(Alert::Named("library-logo"));
    let mut form = UploadForm::of(headers, body).map_err(|_| unreadable())?;
    let (mut is_ours, mut sent) = (false, None);
    // Reading to the end ensures that the form is complete.
    while let Some(part) = form.next().await.map_err(|_| unreadable())? {
        match part {
            FormPart::Text { name, text } if name == FORM_KEY => {
                is_ours = is_of_staff_session(headers, &parts.pages, &text).await;
            }
            _ if !is_ours => return Err(not_ours()),
            FormPart::File(file) if file.field == LOGO.name() => {
                if sent.is_some() {
                    return Err(wrong(FieldFault::Twice(LOGO)));
                }
                let read = picture(file).await.map_err(|_| unreadable())?;
                sent = Some(read.ok_or_else(no_picture)?);
            }
            FormPart::File(FormFile { field: name, .. }) | FormPart::Text { name, .. } => {
                return Err(wrong(FieldFault::Unknown(name)));
            }
        }
    }
    if is_ours { sent.ok_or_else(no_picture) } else { Err(not_ours()) }
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
