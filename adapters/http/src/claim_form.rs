//! The bodies of claims and extension requests, sent by the page's forms or by programs.

use crate::problem::ProblemDetails;
use crate::read_json::{read_fields, read_json};
use bytes::Bytes;
use desktop_delivery::{AttachmentNo, ClaimKey, ClaimRequest};
use http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

/// The valid form of an `Idempotency-Key`.
const KEY_FORM: &str = "1 to 255 ASCII characters";

/// The body of a claim, from the page's form or a program.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimForm {
    /// The number of the claim, `next_ordinal` of the file. Required without an `Idempotency-Key`.
    #[serde(default)]
    ordinal: Option<u32>,
    /// Whether the person has acknowledged the copyright notice: `true`, or `yes` in a form. Must be
    /// `true` for the claim to succeed.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    acknowledged: Option<Ticked>,
    /// The version of the copyright notice shown on the page.
    #[serde(default)]
    copyright_version: Option<u32>,
}

/// The state of a check box, as sent by forms (`yes`, `on`) or programs (`true`).
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected true, false, \"yes\" or \"on\"")]
enum Ticked {
    Flag(bool),
    Word(TickedWord),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TickedWord {
    #[serde(rename = "")]
    Empty,
    False,
    No,
    On,
    True,
    Yes,
}

impl Ticked {
    const fn is_ticked(&self) -> bool {
        match self {
            Self::Flag(flag) => *flag,
            Self::Word(TickedWord::On | TickedWord::True | TickedWord::Yes) => true,
            Self::Word(TickedWord::Empty | TickedWord::False | TickedWord::No) => false,
        }
    }
}

/// The body of an extension request.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionForm {
    /// A message to the lending library, at most 1,000 bytes.
    #[serde(default)]
    pub(crate) note: String,
}

/// Reads a claim. An `Idempotency-Key` header takes precedence over the page's `ordinal`.
pub(crate) fn read_claim(
    attachment: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<ClaimRequest, ProblemDetails> {
    let attachment = attachment_no(attachment)?;
    let form: ClaimForm = read_body(headers, body)?;
    let key = match (idempotency_key(headers)?, form.ordinal) {
        (Some(key), _) => ClaimKey::Key(key),
        (None, Some(ordinal)) => ClaimKey::Ordinal(ordinal),
        (None, None) => {
            return Err(ProblemDetails::malformed(format!(
                "the Idempotency-Key header and the `ordinal` field are both missing; expected one \
                 of them: a key of {KEY_FORM}, or a whole number from 1 to {}",
                u32::MAX
            )));
        }
    };
    let acknowledged = form.acknowledged.is_some_and(|ticked| ticked.is_ticked());
    Ok(ClaimRequest::new(attachment, key)
        .with_acknowledged(acknowledged)
        .with_copyright_version(form.copyright_version))
}

/// Returns the `Idempotency-Key` header, if there is one.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ProblemDetails> {
    let mut sent = headers.get_all("idempotency-key").iter();
    let Some(value) = sent.next() else { return Ok(None) };
    if sent.next().is_some() {
        let what = "the Idempotency-Key header appears twice; expected once";
        return Err(ProblemDetails::malformed(what));
    }
    match value.to_str() {
        Ok(text) => Ok(Some(text.to_owned())),
        Err(_) => Err(ProblemDetails::malformed(format!(
            "the Idempotency-Key header has a character that is not ASCII; expected {KEY_FORM}"
        ))),
    }
}

/// Returns the `Idempotency-Key` of a request that must have one.
pub(crate) fn required_key(headers: &HeaderMap) -> Result<String, ProblemDetails> {
    idempotency_key(headers)?.ok_or_else(|| {
        let what = format!("the Idempotency-Key header is missing; expected {KEY_FORM}");
        ProblemDetails::malformed(what)
    })
}

/// Parses the attachment number in a path.
pub(crate) fn attachment_no(text: &str) -> Result<AttachmentNo, ProblemDetails> {
    text.parse().map(AttachmentNo::new).map_err(|_| ProblemDetails::not_found())
}

/// Reads a body as JSON or as a form, depending on its content type. An empty body is an empty
/// form.
pub(crate) fn read_body<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<T, ProblemDetails> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if media.eq_ignore_ascii_case("application/json") {
        return read_json(body);
    }
    read_fields(body, "form")
}
