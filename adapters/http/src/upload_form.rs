use crate::field_errors::named;
use crate::metered::Meter;
use crate::problem::ProblemDetails;
use axum::body::Body;
use bytes::Bytes;
use desktop_delivery::ByteStream;
use futures_util::{Stream, TryStreamExt as _};
use http::{HeaderMap, StatusCode, header};
use multer::{Field, Multipart};
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

/// The longest text field of a form, in bytes.
const MAX_FIELD_BYTES: usize = 4_096;

/// The greatest total length of the headers of one part, in bytes.
const MAX_HEADER_BYTES: usize = 8_192;

/// An allowance for line ends and white space around the boundary of a part, in bytes.
const PADDING_BYTES: usize = 64;

/// The most parts of one form, including empty file fields.
const MAX_PARTS: usize = 32;

/// A streaming reader of `multipart/form-data` forms (RFC 7578).
///
/// Files are never buffered as a whole. A form may have at most 32 parts; each part may have at
/// most 8,192 bytes of headers, and each text field at most 4,096 bytes.
///
/// A form must end with its closing boundary. The stream of a file ends without an error only once
/// the boundary of the next part or the end of the form has been read, so that an interrupted
/// upload is never mistaken for a complete file.
///
/// The JSON API uses this reader, and a host can use it for its own pages.
///
/// # Example
/// ```
/// # use axum::body::Body;
/// # use desktop_delivery_http::{FormPart, ProblemDetails, UploadForm};
/// # use http::HeaderMap;
/// async fn names(headers: HeaderMap, body: Body) -> Result<Vec<String>, ProblemDetails> {
///     let mut form = UploadForm::of(&headers, body)?;
///     let mut names = Vec::new();
///     while let Some(part) = form.next().await? {
///         if let FormPart::File(file) = part {
///             names.push(file.file_name); // pass `file.bytes` to `Desk::upload`
///         }
///     }
///     Ok(names)
/// }
/// ```
pub struct UploadForm {
    parser: Arc<Mutex<Parser>>,
    parts: usize,
}

/// The parser state, shared by the form and the stream of the current file.
struct Parser {
    form: Multipart<'static>,
    meter: Meter,
    /// The most bytes before the content of a part.
    max_head: usize,
    /// The part being read.
    field: Option<Field<'static>>,
    /// The next part, once found; `Ok(None)` at the end of the form.
    next: Option<Result<Option<Field<'static>>, ProblemDetails>>,
    /// The number of the current part. The streams of earlier parts end with an error.
    current: usize,
}

/// One part of a form.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a form has no other parts")]
pub enum FormPart {
    /// A text field, at most 4,096 bytes of UTF-8.
    Text {
        /// The field's name.
        name: String,
        /// The value of the field.
        text: String,
    },
    /// A file. File fields without a chosen file are skipped.
    File(FormFile),
}

/// A file in a form, with its bytes still to be read.
#[non_exhaustive]
pub struct FormFile {
    /// The name of the form field.
    pub field: String,
    /// The file name as sent, with the escapes of forms decoded. Pass it to
    /// [`FileName`](desktop_delivery::FileName) to sanitize it.
    pub file_name: String,
    /// The media type as sent, if any.
    pub media_type: Option<String>,
    /// The content. [`UploadForm::next`] skips the bytes that have not been read.
    pub bytes: ByteStream,
}

impl UploadForm {
    /// Creates a reader for the body of a request.
    ///
    /// # Errors
    /// [`ProblemDetails`] with status 415 if the body is not `multipart/form-data` with a boundary.
    pub fn of(headers: &HeaderMap, body: Body) -> Result<Self, ProblemDetails> {
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let Some(boundary) = content_type.and_then(|text| multer::parse_boundary(text).ok()) else {
            return Err(ProblemDetails::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-type",
                "the body is not multipart/form-data with a boundary",
                "send a multipart form, or send the file itself with PUT",
            ));
        };
        let body = Box::pin(body.into_data_stream().map_err(io::Error::other));
        let (meter, max_head) =
            (Meter::default(), MAX_HEADER_BYTES + boundary.len() + PADDING_BYTES);
        let form = Multipart::new(meter.bound(body), boundary);
        let parser = Parser { form, meter, max_head, field: None, next: None, current: 0 };
        Ok(Self { parser: Arc::new(Mutex::new(parser)), parts: 0 })
    }

    /// Reads the next part, or returns `None` at the end of the form.
    ///
    /// # Errors
    /// [`ProblemDetails`] with status 400 if the form is incomplete, is malformed or exceeds a
    /// limit. The rest of the form cannot be read.
    pub async fn next(&mut self) -> Result<Option<FormPart>, ProblemDetails> {
        loop {
            let Some(mut field) = self.next_field().await? else { return Ok(None) };
            self.parts += 1;
            if self.parts > MAX_PARTS {
                return Err(ProblemDetails::malformed(format!(
                    "the form has more than {MAX_PARTS} parts; send the remaining files in another form"
                )));
            }
            if header_bytes(field.headers()) > MAX_HEADER_BYTES {
                return Err(headers_too_long());
            }
            let name = field.name().map(unescaped).unwrap_or_default();
            let Some(file_name) = field.file_name().map(unescaped) else {
                let mut bytes = Vec::new();
                while let Some(piece) =
                    field.chunk().await.map_err(|_| lock(&self.parser).broken())?
                {
                    if bytes.len() + piece.len() > MAX_FIELD_BYTES {
                        let name = named(&name);
                        let what = format!("{name} is longer than {MAX_FIELD_BYTES} bytes");
                        return Err(ProblemDetails::malformed(what));
                    }
                    bytes.extend_from_slice(&piece);
                }
                let Ok(text) = String::from_utf8(bytes) else {
                    let what = format!("{} is not UTF-8; send text as UTF-8", named(&name));
                    return Err(ProblemDetails::malformed(what));
                };
                return Ok(Some(FormPart::Text { name, text }));
            };
            let media_type = field.content_type().map(ToString::to_string);
            let number = lock(&self.parser).start_file(field);
            // Browsers send a file field without a chosen file as a file with an empty name.
            if file_name.is_empty() {
                continue;
            }
            let bytes: ByteStream =
                Box::pin(FileBytes { parser: Arc::clone(&self.parser), number });
            let file = FormFile { field: name, file_name, media_type, bytes };
            return Ok(Some(FormPart::File(file)));
        }
    }

    /// Returns whether reading failed because the form has more than 32 parts.
    #[must_use]
    pub const fn has_too_many_parts(&self) -> bool {
        self.parts > MAX_PARTS
    }

    /// Returns the error that ended the form while the last file was being read, if any.
    pub(crate) fn failure(&self) -> Option<ProblemDetails> {
        match &lock(&self.parser).next {
            Some(Err(problem)) => Some(problem.clone()),
            _ => None,
        }
    }

    /// Skips the rest of the current part and returns the next one.
    async fn next_field(&mut self) -> Result<Option<Field<'static>>, ProblemDetails> {
        {
            let mut parser = lock(&self.parser);
            // From here on, the stream of the previous file ends with an error.
            parser.current += 1;
            if parser.field.is_none() && parser.next.is_none() {
                parser.meter.expect_headers(parser.max_head);
            }
        }
        while !poll_fn(|task| lock(&self.parser).poll_skip(task)).await {}
        let mut parser = lock(&self.parser);
        match parser.next.take() {
            Some(Ok(field)) => Ok(field),
            Some(Err(problem)) => {
                parser.next = Some(Err(problem.clone()));
                Err(problem)
            }
            None => Ok(None),
        }
    }
}

impl Parser {
    /// Makes a file the current part, and returns its number.
    fn start_file(&mut self, field: Field<'static>) -> usize {
        self.field = Some(field);
        self.current
    }

    /// Reads the next piece of the current part. At its end, finds the next part and returns
    /// `None`.
    fn poll_piece(&mut self, task: &mut Context<'_>) -> Poll<Option<multer::Result<Bytes>>> {
        if let Some(field) = &mut self.field {
            match ready!(Pin::new(field).poll_next(task)) {
                Some(Ok(piece)) => return Poll::Ready(Some(Ok(piece))),
                Some(Err(error)) => {
                    self.field = None;
                    self.next = Some(Err(self.broken()));
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    self.field = None;
                    self.meter.expect_headers(self.max_head);
                }
            }
        }
        match &self.next {
            Some(Ok(_)) => return Poll::Ready(None),
            Some(Err(_)) => return Poll::Ready(Some(Err(multer::Error::IncompleteStream))),
            None => {}
        }
        let found = ready!(self.form.poll_next_field(task));
        let (next, error) = match found {
            Ok(field) => (Ok(field), None),
            Err(error) => (Err(self.broken()), Some(error)),
        };
        self.meter.expect_content();
        self.next = Some(next);
        Poll::Ready(error.map(Err))
    }

    /// Skips a piece of the current part. Returns `true` once the next part has been found or
    /// reading has failed.
    fn poll_skip(&mut self, task: &mut Context<'_>) -> Poll<bool> {
        Poll::Ready(!matches!(ready!(self.poll_piece(task)), Some(Ok(_))))
    }

    fn broken(&self) -> ProblemDetails {
        if self.meter.is_spent() {
            return headers_too_long();
        }
        ProblemDetails::malformed("the form is incomplete or malformed")
    }
}

fn lock(parser: &Mutex<Parser>) -> MutexGuard<'_, Parser> {
    parser.lock().unwrap_or_else(PoisonError::into_inner)
}

fn headers_too_long() -> ProblemDetails {
    ProblemDetails::malformed(format!(
        "a part of the form has more than {MAX_HEADER_BYTES} bytes of headers"
    ))
}

/// Returns the length of a part's headers as sent, not counting white space around values.
fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// The stream of a file, valid until the form reads its next part.
struct FileBytes {
    parser: Arc<Mutex<Parser>>,
    number: usize,
}

impl Stream for FileBytes {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut parser = lock(&self.parser);
        // The form has moved on, and the rest of this file was skipped.
        if parser.current != self.number {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        parser.poll_piece(task).map_err(io::Error::other)
    }
}

/// Decodes a name as browsers encode it in a form (WHATWG HTML, "multipart/form-data encoding
/// algorithm"): they escape quotation marks and line ends, but not percent signs.
fn unescaped(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

impl fmt::Debug for UploadForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadForm").finish_non_exhaustive()
    }
}

/// Omits the names, which may contain the name of a person.
impl fmt::Debug for FormFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormFile").field("media_type", &self.media_type).finish_non_exhaustive()
    }
}
