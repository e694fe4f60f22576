use crate::described::named;
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

/// The longest text field of a form, bytes.
const MAX_FIELD_BYTES: usize = 4_096;

/// The most that the headers of one part may have, bytes.
const MAX_HEADER_BYTES: usize = 8_192;

/// Room for line ends and blanks around a part's boundary, bytes.
const PADDING_BYTES: usize = 64;

/// Parts of one form, empty file fields too.
const MAX_PARTS: usize = 32;

/// Reads a form with files (RFC 7578) as it arrives: no file is ever held in memory.
///
/// A form has at most 32 parts, the headers of a part at most 8,192 bytes, and a text field at most
/// 4,096 bytes. A form that ends without its closing boundary is an error, so what its sender could not
/// finish is never taken for whole: the bytes of a file end, without an error, only once the next part or
/// the end of the form is known.
///
/// The JSON API reads its forms with it; a host's own pages can too.
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
///             names.push(file.file_name); // and `file.bytes` to `Desk::upload`
///         }
///     }
///     Ok(names)
/// }
/// ```
pub struct UploadForm {
    parser: Arc<Mutex<Parser>>,
    parts: usize,
}

/// The parser of a form, which a file's bytes share with the form while they are read.
struct Parser {
    form: Multipart<'static>,
    meter: Meter,
    /// What may come before a part's content, bytes.
    room: usize,
    /// The part that is read now.
    field: Option<Field<'static>>,
    /// The part behind it, once it is found; nothing within at the end of the form.
    ahead: Option<Result<Option<Field<'static>>, ProblemDetails>>,
    /// Counts the parts that were taken, so that the bytes of an earlier one end.
    taken: usize,
}

/// One part of a form.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a form has no other parts")]
pub enum FormPart {
    /// A text field, at most 4,096 bytes of UTF-8.
    Text {
        /// The field's name.
        name: String,
        /// What was entered.
        text: String,
    },
    /// A file; a file field in which nothing was chosen is left out.
    File(FormFile),
}

/// A file of a form, whose bytes are still to come.
#[non_exhaustive]
pub struct FormFile {
    /// The name of the form's field.
    pub field: String,
    /// The name that the sender gives it, without the escapes of forms;
    /// [`FileName`](desktop_delivery::FileName) cleans it.
    pub file_name: String,
    /// The media type that the sender states.
    pub media_type: Option<String>,
    /// The bytes. What is not read of them is skipped with the form's next part.
    pub bytes: ByteStream,
}

impl UploadForm {
    /// Begins to read a request's body.
    ///
    /// # Errors
    /// [`ProblemDetails`] where the body is no form with files.
    pub fn of(headers: &HeaderMap, body: Body) -> Result<Self, ProblemDetails> {
        let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let Some(boundary) = stated.and_then(|text| multer::parse_boundary(text).ok()) else {
            return Err(ProblemDetails::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-type",
                "the body is no multipart/form-data with a boundary",
                "send a form, or the file itself by PUT",
            ));
        };
        let body = Box::pin(body.into_data_stream().map_err(io::Error::other));
        let (meter, room) = (Meter::default(), MAX_HEADER_BYTES + boundary.len() + PADDING_BYTES);
        let form = Multipart::new(meter.bound(body), boundary);
        let parser = Parser { form, meter, room, field: None, ahead: None, taken: 0 };
        Ok(Self { parser: Arc::new(Mutex::new(parser)), parts: 0 })
    }

    /// Reads to the next part; `None` at the end.
    ///
    /// # Errors
    /// [`ProblemDetails`] where the form breaks off, is none, or is longer than it may be; nothing more can
    /// then be read of it.
    pub async fn next(&mut self) -> Result<Option<FormPart>, ProblemDetails> {
        loop {
            let Some(mut field) = self.next_field().await? else { return Ok(None) };
            self.parts += 1;
            if self.parts > MAX_PARTS {
                return Err(ProblemDetails::malformed(format!(
                    "the form has more than {MAX_PARTS} parts; send the other files in another form"
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
                        let what = format!("{name} is text of more than {MAX_FIELD_BYTES} bytes");
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
            let turn = lock(&self.parser).lend(field);
            // Browsers send a file field in which nothing was chosen as a file without a name.
            if file_name.is_empty() {
                continue;
            }
            let bytes: ByteStream = Box::pin(Lent { parser: Arc::clone(&self.parser), turn });
            let file = FormFile { field: name, file_name, media_type, bytes };
            return Ok(Some(FormPart::File(file)));
        }
    }

    /// Whether the form was given up because it has more parts than it may.
    #[must_use]
    pub const fn has_too_many_parts(&self) -> bool {
        self.parts > MAX_PARTS
    }

    /// Why nothing more can be read, where the form broke behind the file that was read last.
    pub(crate) fn broke_off(&self) -> Option<ProblemDetails> {
        match &lock(&self.parser).ahead {
            Some(Err(problem)) => Some(problem.clone()),
            _ => None,
        }
    }

    /// The next part as the parser gives it, behind whatever is left of the one before.
    async fn next_field(&mut self) -> Result<Option<Field<'static>>, ProblemDetails> {
        {
            let mut parser = lock(&self.parser);
            // From here on, the bytes that were lent out end.
            parser.taken += 1;
            if parser.field.is_none() && parser.ahead.is_none() {
                parser.meter.expect_headers(parser.room);
            }
        }
        while !poll_fn(|task| lock(&self.parser).poll_skip(task)).await {}
        let mut parser = lock(&self.parser);
        match parser.ahead.take() {
            Some(Ok(field)) => Ok(field),
            Some(Err(problem)) => {
                parser.ahead = Some(Err(problem.clone()));
                Err(problem)
            }
            None => Ok(None),
        }
    }
}

impl Parser {
    /// Takes the part whose bytes are read next; answers its turn.
    fn lend(&mut self, field: Field<'static>) -> usize {
        self.field = Some(field);
        self.taken
    }

    /// Reads on in the part until its end, and then to the next part.
    fn poll_piece(&mut self, task: &mut Context<'_>) -> Poll<Option<multer::Result<Bytes>>> {
        if let Some(field) = &mut self.field {
            match ready!(Pin::new(field).poll_next(task)) {
                Some(Ok(piece)) => return Poll::Ready(Some(Ok(piece))),
                Some(Err(error)) => {
                    self.field = None;
                    self.ahead = Some(Err(self.broken()));
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    self.field = None;
                    self.meter.expect_headers(self.room);
                }
            }
        }
        match &self.ahead {
            Some(Ok(_)) => return Poll::Ready(None),
            Some(Err(_)) => return Poll::Ready(Some(Err(multer::Error::IncompleteStream))),
            None => {}
        }
        let found = ready!(self.form.poll_next_field(task));
        let (ahead, error) = match found {
            Ok(field) => (Ok(field), None),
            Err(error) => (Err(self.broken()), Some(error)),
        };
        self.meter.expect_content();
        self.ahead = Some(ahead);
        Poll::Ready(error.map(Err))
    }

    /// Skips a piece of the part; `true` once the next one is found, or cannot be.
    fn poll_skip(&mut self, task: &mut Context<'_>) -> Poll<bool> {
        Poll::Ready(!matches!(ready!(self.poll_piece(task)), Some(Ok(_))))
    }

    fn broken(&self) -> ProblemDetails {
        if self.meter.is_spent() {
            return headers_too_long();
        }
        ProblemDetails::malformed("the form cannot be read to its end")
    }
}

fn lock(parser: &Mutex<Parser>) -> MutexGuard<'_, Parser> {
    parser.lock().unwrap_or_else(PoisonError::into_inner)
}

fn headers_too_long() -> ProblemDetails {
    ProblemDetails::malformed(format!(
        "a part of the form has more than {MAX_HEADER_BYTES} header bytes"
    ))
}

/// The length of a part's headers as they were sent, except for blanks.
fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// The bytes of a part, until the form reads its next part.
struct Lent {
    parser: Arc<Mutex<Parser>>,
    turn: usize,
}

impl Stream for Lent {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut parser = lock(&self.parser);
        // What the form took back was not read to its end.
        if parser.taken != self.turn {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        parser.poll_piece(task).map_err(io::Error::other)
    }
}

/// Undoes what browsers do to a name in a form (WHATWG HTML, "multipart/form-data encoding
/// algorithm"): quotation marks and ends of lines are escaped, percent signs are not.
fn unescaped(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

impl fmt::Debug for UploadForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadForm").finish_non_exhaustive()
    }
}

/// Prints no name: it may be a person's.
impl fmt::Debug for FormFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormFile").field("media_type", &self.media_type).finish_non_exhaustive()
    }
}
