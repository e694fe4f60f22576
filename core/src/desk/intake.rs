//! What passes between an upload's sender and the blob store: bounded, counted, looked at.

use crate::blob_store::ByteStream;
use bytes::Bytes;
use futures_core::Stream;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// Bytes that show what a file is.
const HEAD_BYTES: usize = 8_192;

/// What an upload showed while it passed.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Its first bytes.
    pub(super) head: Vec<u8>,
    /// Whether it brought more than it may.
    pub(super) too_large: bool,
}

/// Ends an upload with an error when it brings more than `left` bytes, and keeps its head.
pub(super) struct Intake {
    bytes: ByteStream,
    left: u64,
    seen: Arc<Mutex<Seen>>,
}

impl Intake {
    pub(super) fn watch(bytes: ByteStream, limit: u64) -> (ByteStream, Arc<Mutex<Seen>>) {
        let seen = Arc::new(Mutex::new(Seen::default()));
        (Box::pin(Self { bytes, left: limit, seen: Arc::clone(&seen) }), seen)
    }
}

impl Stream for Intake {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Poll::Ready(next) = this.bytes.as_mut().poll_next(task) else { return Poll::Pending };
        let Some(Ok(bytes)) = next else { return Poll::Ready(next) };
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let mut seen = this.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if length > this.left {
            seen.too_large = true;
            return Poll::Ready(Some(Err(io::Error::other("the upload is too large"))));
        }
        this.left -= length;
        if seen.head.len() < HEAD_BYTES {
            let wanted = (HEAD_BYTES - seen.head.len()).min(bytes.len());
            seen.head.extend_from_slice(&bytes[..wanted]);
        }
        Poll::Ready(Some(Ok(bytes)))
    }
}

/// The media type of a file: what its first bytes show, else what the caller states if that is a
/// media type at all.
pub(super) fn media_type(head: &[u8], stated: Option<&str>) -> String {
    const UNKNOWN: &str = "application/octet-stream";
    if let Some(kind) = infer::get(head) {
        return kind.mime_type().to_owned();
    }
    // A caller must not pass anything off as a type whose bytes would have shown it.
    let is_plausible = |text: &str| {
        text.len() <= 100
            && text.split('/').count() == 2
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/.+-".contains(&b))
            && !matches!(text, "application/pdf" | "image/jpeg" | "image/png" | "image/tiff")
    };
    match stated.map(|text| text.split(';').next().unwrap_or_default().trim()) {
        Some(text) if is_plausible(text) => text.to_ascii_lowercase(),
        _ => UNKNOWN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_tell_the_type_before_the_caller_does() {
        assert_eq!(media_type(b"%PDF-1.7\n", Some("text/plain")), "application/pdf");
        assert_eq!(media_type(b"<!DOCTYPE html><html>", Some("application/pdf")), "text/html");
        assert_eq!(media_type(b"hello", Some("application/pdf")), "application/octet-stream");
        assert_eq!(media_type(b"hello", Some("Text/Plain; charset=utf-8")), "text/plain");
        assert_eq!(media_type(b"hello", Some("text/plain\r\nX: y")), "application/octet-stream");
    }
}
