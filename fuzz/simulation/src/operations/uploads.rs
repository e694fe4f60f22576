//! Uploads of new documents and of new versions.

use super::supply::terms;
use crate::model::{Intent, Request};
use crate::operation::{Call, Draw, Operation};
use crate::shared::pause;
use crate::violation::ensure;
use bytes::Bytes;
use desktop_delivery::delivery::{NewFile, ReplaceReason};
use desktop_delivery::events::EventKind;
use desktop_delivery::{AttachmentNo, ByteStream, FileName, RequestHandle, Terms};
use futures_util::{StreamExt as _, stream};

/// The events of due work, which an upload may run.
const UPLOAD: &[&str] = &[
    "Attached",
    "Backoff",
    "Described",
    "Expired",
    "Forgotten",
    "LinkIssued",
    "LinkRevoked",
    "Purged",
    "Replaced",
    "Swept",
    "UploadBegun",
    "UploadEnded",
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation { name: "upload", methods: &["upload"], weight: 12, records: UPLOAD, draw: upload },
    Operation { name: "replace", methods: &["upload"], weight: 6, records: UPLOAD, draw: replace },
];

const KEPT: &str = "4 an acknowledged document is lost";

/// Bytes that no other upload has.
fn pdf(draw: &mut Draw<'_>) -> Bytes {
    let length = match draw.choices.below(12) {
        0 => 0,
        1 => 3_001,
        _ => 30 + draw.choices.below(2_900),
    };
    let mut bytes = format!("%PDF-1.7\n{:016x}\n", draw.choices.seed()).into_bytes();
    bytes.extend((bytes.len()..length).map(|place| u8::try_from(place % 251).unwrap_or(0)));
    bytes.truncate(length);
    bytes.into()
}

/// Sends bytes in pieces, with pauses before them; the connection may break off.
fn pieces(bytes: &Bytes, piece: usize, breaks: bool) -> ByteStream {
    let mut pieces: Vec<std::io::Result<Bytes>> =
        bytes.chunks(piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    if breaks {
        pieces.push(Err(std::io::ErrorKind::ConnectionReset.into()));
    }
    Box::pin(stream::iter(pieces).then(|piece| async {
        pause().await;
        piece
    }))
}

fn upload(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let terms = draw.choices.chance(60).then(|| terms(draw, &request));
    upload_of(draw, handle, &request, None, terms)
}

fn replace(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    request.live().next()?;
    let reasons = [ReplaceReason::WrongDocument, ReplaceReason::MissingPages, ReplaceReason::Other];
    let reason = *draw.choices.pick(&reasons)?;
    let replaced = (draw.document(&request), reason);
    upload_of(draw, handle, &request, Some(replaced), None)
}

fn upload_of(
    draw: &mut Draw<'_>,
    handle: RequestHandle,
    request: &Request,
    replaces: Option<(AttachmentNo, ReplaceReason)>,
    terms: Option<Terms>,
) -> Option<Call> {
    let (actor, bytes) = (draw.supplier(request), pdf(draw));
    let name = if draw.choices.chance(3) { "setup.exe" } else { "ice-ages.pdf" };
    let name = FileName::new(name).expect("the name is plain");
    let length = bytes.len() as u64;
    let size =
        draw.choices.chance(60).then(|| if draw.choices.chance(94) { length } else { length + 1 });
    let (piece, breaks) = (200 + draw.choices.below(2_000), draw.choices.chance(5));
    let mut file = NewFile::new(name);
    (file.replaces, file.terms, file.size) = (replaces, terms, size);
    let by = actor.clone();
    let text = match replaces {
        Some((no, reason)) => {
            format!("replace document {no} of {handle} ({reason:?}), {length} bytes")
        }
        None => format!("upload to {handle}, {length} bytes"),
    };
    let (sent, intent) = (bytes.clone(), Intent::Upload { terms, bytes });
    Some(Call::new(
        text,
        actor,
        intent,
        move |desk| {
            let (by, file, body) = (by.clone(), file.clone(), pieces(&sent, piece, breaks));
            async move { desk.upload(handle, &by, file, body).await }
        },
        move |seen, attached| {
            let (no, version) = (attached.attachment, attached.version);
            let is_recorded = seen.recorded(|kind| match kind {
                EventKind::Attached { attachment, .. } => replaces.is_none() && *attachment == no,
                EventKind::Replaced { attachment, version: new, .. } => {
                    replaces.is_some() && (*attachment, *new) == (no, version)
                }
                _ => false,
            });
            ensure!(is_recorded && !breaks, KEPT, "document {no}");
            Ok(format!("document {no}, version {version}"))
        },
    ))
}
