//! What is posted for a claim or a wish, by a page's form or by a program.

use crate::problem::ProblemDetails;
use crate::read_json::{read_fields, read_json};
use bytes::Bytes;
use desktop_delivery::{AttachmentNo, ClaimKey, ClaimRequest};
use http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What an `Idempotency-Key` may be.
const KEY_FORM: &str = "1 to 255 ASCII characters";

/// What the page's form or an API caller posts for a claim.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimForm {
    #[serde(default)]
    ordinal: Option<u32>,
    #[serde(default)]
    acknowledged: Option<Ticked>,
    /// The version of the copyright notice that the page showed.
    #[serde(default)]
    copyright_version: Option<u32>,
}

/// A ticked box, as forms (`yes`, `on`) and programs (`true`) send it.
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

/// What the page's form posts to ask for more.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskForm {
    #[serde(default)]
    pub(crate) note: String,
}

/// Reads what is claimed; an `Idempotency-Key` goes before the page's number.
pub(crate) fn read_claim(
    attachment: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<ClaimRequest, ProblemDetails> {
    let attachment = attachment_no(attachment)?;
    let form: ClaimForm = read_body(headers, body)?;
    let repeat = match (idempotency_key(headers)?, form.ordinal) {
        (Some(key), _) => ClaimKey::Key(key),
        (None, Some(ordinal)) => ClaimKey::Ordinal(ordinal),
        (None, None) => {
            return Err(ProblemDetails::malformed(format!(
                "the header Idempotency-Key and the field `ordinal` are missing; expected one of \
                 them: a key of {KEY_FORM}, or a whole number from 1 to {}",
                u32::MAX
            )));
        }
    };
    let acknowledged = form.acknowledged.is_some_and(|ticked| ticked.is_ticked());
    Ok(ClaimRequest::new(attachment, repeat)
        .with_acknowledged(acknowledged)
        .with_copyright_version(form.copyright_version))
}

pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ProblemDetails> {
    let mut sent = headers.get_all("idempotency-key").iter();
    let Some(value) = sent.next() else { return Ok(None) };
    if sent.next().is_some() {
        let what = "the header Idempotency-Key appears twice; expected once";
        return Err(ProblemDetails::malformed(what));
    }
    match value.to_str() {
        Ok(text) => Ok(Some(text.to_owned())),
        Err(_) => Err(ProblemDetails::malformed(format!(
            "the header Idempotency-Key has a character that is not ASCII; expected {KEY_FORM}"
        ))),
    }
}

/// The header that makes a repeat harmless, where it must be there.
pub(crate) fn required_key(headers: &HeaderMap) -> Result<String, ProblemDetails> {
    idempotency_key(headers)?.ok_or_else(|| {
        let what = format!("the header Idempotency-Key is missing; expected {KEY_FORM}");
        ProblemDetails::malformed(what)
    })
}

pub(crate) fn attachment_no(text: &str) -> Result<AttachmentNo, ProblemDetails> {
    text.parse().map(AttachmentNo::new).map_err(|_| ProblemDetails::not_found())
}

/// Reads a form or JSON, as the content type says; an empty body is an empty form.
pub(crate) fn read_body<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<T, ProblemDetails> {
    let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = stated.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if media.eq_ignore_ascii_case("application/json") {
        return read_json(body);
    }
    read_fields(body, "form")
}
