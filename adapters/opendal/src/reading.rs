use crate::error::Error;
use crate::object::Object;
use bytes::Bytes;
use desktop_delivery::blob::Blob;
use futures_core::Stream;
use opendal::{BufferStream, BytesRange, ErrorKind, Metadata};
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Larger than any object, and the largest number that servers accept in a range.
const BEYOND: u64 = i64::MAX.unsigned_abs();

/// Opens an object or the part of it in `range`, with one call if the response includes the total
/// size.
pub(crate) async fn open(
    object: &Object,
    range: Option<Range<u64>>,
) -> Result<Option<Blob>, Error> {
    let is_part = range.is_some();
    let wanted = range.unwrap_or(0..u64::MAX);
    if wanted.is_empty() || wanted.start >= BEYOND {
        return Ok(object.stat().await?.map(|found| nothing_of(&found)));
    }
    let end = Some(wanted.end).filter(|end| *end < BEYOND);
    let part = BytesRange::new(wanted.start, end.map(|end| end - wanted.start));
    let reader = object.operator.reader_with(&object.path).await?;
    let mut stream = reader.into_stream(part).await?;
    let size = match stream.metadata().await {
        Ok(found) => found.content_length(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == ErrorKind::Unsupported => match object.stat().await? {
            Some(found) => found.content_length(),
            None => return Ok(None),
        },
        // Services respond differently to a range that begins at or after the end.
        Err(error) if is_part => match object.stat().await {
            Ok(Some(found)) if found.content_length() <= wanted.start => {
                return Ok(Some(nothing_of(&found)));
            }
            _ => return Err(error.into()),
        },
        Err(error) => return Err(error.into()),
    };
    let left = wanted.end.min(size).saturating_sub(wanted.start);
    Ok(Some(Blob { size, bytes: Box::pin(Reading { stream, left }) }))
}

/// Returns the size of an object with an empty body.
fn nothing_of(found: &Metadata) -> Blob {
    Blob { size: found.content_length(), bytes: Box::pin(futures_util::stream::empty()) }
}

/// Streams exactly the announced number of bytes, or fails.
struct Reading {
    stream: BufferStream,
    left: u64,
}

impl Stream for Reading {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let outcome = match ready!(Pin::new(&mut self.stream).poll_next(task)) {
            Some(Ok(buffer)) => Ok(buffer.to_bytes()),
            Some(Err(error)) => Err(io::Error::other(Error::from(error))),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        };
        let outcome = outcome.and_then(|piece| {
            let left = self.left.checked_sub(piece.len() as u64);
            self.left = left.ok_or_else(|| io::Error::other(Error::Different))?;
            Ok(piece)
        });
        if outcome.is_err() {
            self.left = 0;
        }
        Poll::Ready(Some(outcome))
    }
}
