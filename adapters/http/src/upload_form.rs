use crate::drained::Drained;
use crate::problem::Problem;
use axum::body::Body;
use bytes::Bytes;
use desktop_delivery::ByteStream;
use futures_util::TryStreamExt as _;
use http::{HeaderMap, StatusCode, header};
use multer::Multipart;
use std::fmt;
use std::io;

/// The longest text field of a form, bytes.
const MAX_FIELD_BYTES: usize = 4_096;

/// Reads a form with files (RFC 7578) as it arrives: no file is ever held in memory.
///
/// The JSON API reads its forms so; a host's own pages can too.
///
/// # Example
/// ```
/// # use axum::body::Body;
/// # use desktop_delivery_http::{FormPart, Problem, UploadForm};
/// # use http::HeaderMap;
/// async fn names(headers: HeaderMap, body: Body) -> Result<Vec<String>, Problem> {
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
    body: Drained,
    form: Multipart<'static>,
}

/// One part of a form.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a form has no other parts")]
pub enum FormPart {
    /// A text field, at most 4,096 bytes.
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
    /// The name that the sender gives it, as it is: [`FileName`](desktop_delivery::FileName) cleans it.
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
    /// [`Problem`] where the body is no form with files.
    pub fn of(headers: &HeaderMap, body: Body) -> Result<Self, Problem> {
        let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let Some(boundary) = stated.and_then(|text| multer::parse_boundary(text).ok()) else {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-type",
                "the body is no multipart/form-data with a boundary",
                "send a form, or the file itself by PUT",
            ));
        };
        let body = Drained::new(Box::pin(body.into_data_stream().map_err(io::Error::other)));
        let form = Multipart::new(body.lend(), boundary);
        Ok(Self { body, form })
    }

    /// Reads to the next part; `None` at the end.
    ///
    /// # Errors
    /// [`Problem`] where the form breaks off, is none, or has a text that is too long.
    pub async fn next(&mut self) -> Result<Option<FormPart>, Problem> {
        let broken = |_: multer::Error| Problem::malformed("the form cannot be read to its end");
        while let Some(mut field) = self.form.next_field().await.map_err(broken)? {
            let Some(file_name) = field.file_name().map(ToOwned::to_owned) else {
                let name = field.name().unwrap_or_default().to_owned();
                let mut bytes = Vec::new();
                while let Some(piece) = field.chunk().await.map_err(broken)? {
                    add(&mut bytes, &piece)?;
                }
                let text = String::from_utf8_lossy(&bytes).into_owned();
                return Ok(Some(FormPart::Text { name, text }));
            };
            // Browsers send a file field in which nothing was chosen as a file without a name.
            if file_name.is_empty() {
                continue;
            }
            let media_type = field.content_type().map(ToString::to_string);
            let bytes: ByteStream = Box::pin(field.map_err(io::Error::other));
            return Ok(Some(FormPart::File(FormFile { file_name, media_type, bytes })));
        }
        Ok(None)
    }

    /// Reads what is left and throws it away, up to a limit: most senders look for an answer only when
    /// they have sent everything.
    pub async fn drain(self) {
        let Self { body, form } = self;
        drop(form);
        body.drain().await;
    }
}

fn add(bytes: &mut Vec<u8>, piece: &Bytes) -> Result<(), Problem> {
    if bytes.len() + piece.len() > MAX_FIELD_BYTES {
        return Err(Problem::malformed("a text field of the form is too long"));
    }
    bytes.extend_from_slice(piece);
    Ok(())
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
