use crate::address::{for_the_wire, needs_utf8};
use crate::error::Failure;
use crate::part::Part;
use crate::sender::Sender;
use crate::templates::Templates;
use crate::text;
use crate::variables::Variables;
use desktop_delivery::notices::{NoticeKind, OutgoingNotice, Recipient};
use desktop_delivery::time::SystemClock;
use desktop_delivery::{AgencyId, Clock, Language};
use lettre::message::header::{
    ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue,
};
use lettre::message::{Body, Mailbox, Message, MultiPart, MultiPartKind, SinglePart};
use lettre::{Address, message::MessageBuilder};
use std::collections::VecDeque;
use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, UNIX_EPOCH};

/// The maximum length of a line in bytes (RFC 5322 §2.1.1).
const MAX_LINE_BYTES: usize = 998;
/// The maximum length of a display name in characters.
const MAX_NAME_CHARS: usize = 100;

/// Composes messages from a sender, templates and a clock.
#[derive(Debug)]
pub struct Composer {
    sender: Sender,
    templates: RwLock<Arc<Templates>>,
    /// Fallbacks not yet reported, oldest first.
    fallbacks: Mutex<VecDeque<Fallback>>,
    clock: Arc<dyn Clock>,
}

/// The maximum number of fallbacks kept: a text that fails once usually fails many times.
const MAX_FALLBACKS: usize = 100;

/// A notice sent with the standard text because the library's own text could not be used.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// The library in whose name the notice was sent.
    pub library: AgencyId,
    /// The kind of notice.
    pub kind: NoticeKind,
    /// The recipient.
    pub to: Recipient,
    /// The language of the notice.
    pub language: Language,
}

/// The content of a message, for previews. It is personal data, so `Debug` prints a placeholder.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML alternative.
    pub html: String,
    /// Whether a part uses the standard text because the library's own could not be used.
    pub fell_back: bool,
}

impl Templates {
    /// Renders a notice with these templates, like [`Composer::render`].
    #[must_use]
    pub fn preview(&self, dispatch: &OutgoingNotice) -> Option<Rendered> {
        let variables = Variables::of(dispatch, self.catalog());
        let part = |part| self.render(dispatch, &variables, part);
        let (subject, text, html) = (part(Part::Subject)?, part(Part::Text)?, part(Part::Html)?);
        Some(Rendered {
            fell_back: subject.fell_back || text.fell_back || html.fell_back,
            subject: subject.text,
            text: text.text,
            html: html.text,
        })
    }
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rendered(..)")
    }
}

/// The sender and recipient of a message for the SMTP dialog.
pub(crate) struct Envelope {
    pub(crate) from: Address,
    pub(crate) to: Address,
}

/// The bytes allowed in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bytes {
    /// Only ASCII (RFC 5322).
    Seven,
    /// Any text in bodies (8BITMIME, RFC 6152).
    Eight,
}

impl Composer {
    /// Composes messages from this sender, with the built-in templates and the system clock.
    #[must_use]
    pub fn new(sender: Sender) -> Self {
        let templates = RwLock::new(Arc::new(Templates::new()));
        let fallbacks = Mutex::new(VecDeque::new());
        Self { sender, templates, fallbacks, clock: Arc::new(SystemClock) }
    }

    /// Sets the templates.
    #[must_use]
    pub fn with_templates(self, templates: Templates) -> Self {
        self.set_templates(templates);
        self
    }

    /// Sets the clock for the date of messages.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Replaces the templates for subsequent messages.
    pub fn set_templates(&self, templates: Templates) {
        // A poisoned lock still holds complete templates, because an `Arc` is replaced at once.
        *self.templates.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(templates);
    }

    /// Returns the current templates.
    #[must_use]
    pub fn templates(&self) -> Arc<Templates> {
        Arc::clone(&self.templates.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Renders a notice. Returns `None` if no text can be produced, which does not happen with the
    /// built-in templates.
    #[must_use]
    pub fn render(&self, dispatch: &OutgoingNotice) -> Option<Rendered> {
        self.templates().preview(dispatch)
    }

    /// Takes the fallbacks since the last call, at most the newest 100, for display to the
    /// libraries concerned.
    #[must_use]
    pub fn take_fallbacks(&self) -> Vec<Fallback> {
        let mut fallbacks = self.fallbacks.lock().unwrap_or_else(PoisonError::into_inner);
        fallbacks.drain(..).collect()
    }

    fn report_fallback(&self, dispatch: &OutgoingNotice) {
        let OutgoingNotice { kind, to, .. } = *dispatch;
        let (library, catalog) = (dispatch.from.id.clone(), self.templates().catalog().clone());
        let language = catalog.texts(dispatch.contact.language).language();
        tracing::warn!(
            %library, ?kind, ?to, %language, notice = dispatch.id,
            "could not use a library's own text, so the standard text was sent; the library \
             sees this beside its texts"
        );
        let fallback = Fallback { library, kind, to, language };
        let mut fallbacks = self.fallbacks.lock().unwrap_or_else(PoisonError::into_inner);
        if !fallbacks.contains(&fallback) {
            if fallbacks.len() == MAX_FALLBACKS {
                fallbacks.pop_front();
            }
            fallbacks.push_back(fallback);
        }
    }

    /// Returns the domain of the sender's address.
    pub(crate) fn domain(&self) -> &str {
        self.sender.from.domain()
    }

    /// Returns the SMTP sender and recipient.
    pub(crate) fn envelope(&self, dispatch: &OutgoingNotice) -> Result<Envelope, Failure> {
        Ok(Envelope { from: self.sender.envelope.clone(), to: for_the_wire(&dispatch.address)? })
    }

    /// Composes the message.
    pub(crate) fn compose(
        &self,
        dispatch: &OutgoingNotice,
        envelope: &Envelope,
        bytes: Bytes,
    ) -> Result<Vec<u8>, Failure> {
        let rendered = self.render(dispatch).ok_or(Failure::NotComposed)?;
        if rendered.fell_back {
            self.report_fallback(dispatch);
        }
        let text = match &dispatch.link {
            Some(link) => text::alone_on_its_line(&rendered.text, link.expose()),
            None => rendered.text,
        };
        let html = rendered.html.replace('\u{a0}', "&nbsp;");
        let parts = [
            encoded(ContentType::TEXT_PLAIN, text::plain_spaces(text), bytes),
            encoded(ContentType::TEXT_HTML, html, bytes),
        ];
        let mut whole = MultiPart::builder().kind(MultiPartKind::Alternative);
        // RFC 2045 §6.4: a message with 8-bit parts is itself 8-bit.
        if parts.iter().any(|(_, encoding)| *encoding == ContentTransferEncoding::EightBit) {
            whole = whole.header(ContentTransferEncoding::EightBit);
        }
        let [(plain, _), (html, _)] = parts;
        let message = self
            .headers(dispatch, &envelope.to)
            .subject(rendered.subject)
            .multipart(whole.build().singlepart(plain).singlepart(html))
            .map_err(|_| Failure::NotComposed)?;
        Ok(message.formatted())
    }

    fn headers(&self, dispatch: &OutgoingNotice, to: &Address) -> MessageBuilder {
        let library = display_name(&dispatch.from.name);
        let seconds = u64::try_from(self.clock.now().as_seconds()).unwrap_or(0);
        let headers = Message::builder()
            .date(UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(self.message_id(&dispatch.id)))
            .from(Mailbox::new(library.clone(), self.sender.from.clone()))
            .to(Mailbox::new(display_name(&dispatch.contact.name), to.clone()))
            .header(AutoGenerated);
        // An address that cannot be used here is left out of Reply-To instead of blocking the
        // notice: a non-ASCII address would require SMTPUTF8 from the recipient's server.
        let wired = dispatch.from.emails.iter().filter_map(|email| for_the_wire(email).ok());
        let answers = wired.filter(|address| !needs_utf8(address) || needs_utf8(to));
        answers.fold(headers, |headers, address| {
            headers.reply_to(Mailbox::new(library.clone(), address))
        })
    }

    /// Returns the same id for every attempt to send a notice. Notice ids are alphanumeric; other
    /// characters are escaped.
    fn message_id(&self, id: &str) -> String {
        let mut left = String::with_capacity(id.len());
        for byte in id.bytes() {
            if byte.is_ascii_alphanumeric() || byte == b'-' {
                left.push(char::from(byte));
            } else if byte == b'.' && !left.is_empty() && !left.ends_with('.') {
                left.push('.');
            } else {
                left.push_str(&format!("_{byte:02x}"));
            }
        }
        if left.ends_with('.') {
            left.push('_');
        }
        format!("<{left}@{}>", self.sender.domain)
    }
}

/// Prevents automatic replies such as vacation notices (RFC 3834 §5).
#[derive(Clone)]
struct AutoGenerated;

impl Header for AutoGenerated {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn display_name(name: &str) -> Option<String> {
    let name = text::short(&text::one_line(name), MAX_NAME_CHARS);
    (!name.is_empty()).then_some(name)
}

/// Encodes a part in UTF-8 without breaking lines: unencoded if the server allows it, otherwise in
/// base64. Quoted-printable would break a long link with `=` at the end of a line, which programs
/// that do not decode messages treat as part of the link.
fn encoded(kind: ContentType, text: String, bytes: Bytes) -> (SinglePart, ContentTransferEncoding) {
    let lines: Vec<&str> = text.lines().collect();
    let is_plain = |line: &&str| line.len() <= MAX_LINE_BYTES && !line.contains(['\r', '\0']);
    let encoding = match bytes {
        _ if !lines.iter().all(is_plain) => ContentTransferEncoding::Base64,
        _ if text.is_ascii() => ContentTransferEncoding::SevenBit,
        Bytes::Eight => ContentTransferEncoding::EightBit,
        Bytes::Seven => ContentTransferEncoding::Base64,
    };
    let body = if encoding == ContentTransferEncoding::Base64 {
        // Base64 accepts any content.
        Body::new_with_encoding(text, encoding).unwrap_or_else(Body::new)
    } else {
        // Lettre itself would re-encode any body with lines of more than 76 characters.
        let mut whole = lines.join("\r\n").into_bytes();
        whole.extend_from_slice(b"\r\n");
        Body::dangerous_pre_encoded(whole, encoding)
    };
    (SinglePart::builder().header(kind).body(body), encoding)
}
