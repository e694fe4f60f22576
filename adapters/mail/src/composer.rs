use crate::address::{for_the_wire, needs_utf8};
use crate::error::Failure;
use crate::sender::Sender;
use crate::templates::{Part, Templates};
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

/// The longest line of a message, bytes (RFC 5322 section 2.1.1).
const MAX_LINE_BYTES: usize = 998;
/// The longest display name, characters.
const MAX_NAME_CHARS: usize = 100;

/// Writes the messages: sender, templates and clock together.
#[derive(Debug)]
pub struct Composer {
    sender: Sender,
    templates: RwLock<Arc<Templates>>,
    /// The texts of libraries that could not be used, oldest first.
    fallbacks: Mutex<VecDeque<Fallback>>,
    clock: Arc<dyn Clock>,
}

/// The most fallbacks that are kept: a text that fails for one notice fails for many.
const MAX_FALLBACKS: usize = 100;

/// A notice that was written with the standard text, because its library's own could not be used.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// The library in whose name the notice was sent.
    pub library: AgencyId,
    /// What it was about.
    pub kind: NoticeKind,
    /// Who got it.
    pub to: Recipient,
    /// Its language.
    pub language: Language,
}

/// The content of a message, for previews. Only its reader may see it, so it prints as a
/// placeholder.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML alternative.
    pub html: String,
    /// Whether the standard text was used for a part because the library's own could not be.
    pub fell_back: bool,
}

impl Templates {
    /// Shows what the message for this notice would say with these texts; as
    /// [`Composer::render`] does.
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

/// The sender and recipient of a message, for the mail server.
pub(crate) struct Envelope {
    pub(crate) from: Address,
    pub(crate) to: Address,
}

/// The bytes that a message may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bytes {
    /// Only ASCII (RFC 5322).
    Seven,
    /// Any text in bodies (8BITMIME, RFC 6152).
    Eight,
}

impl Composer {
    /// Writes in the name of this sender, with our texts, by the system's clock.
    #[must_use]
    pub fn new(sender: Sender) -> Self {
        let templates = RwLock::new(Arc::new(Templates::new()));
        let fallbacks = Mutex::new(VecDeque::new());
        Self { sender, templates, fallbacks, clock: Arc::new(SystemClock) }
    }

    /// Writes with these texts.
    #[must_use]
    pub fn with_templates(self, templates: Templates) -> Self {
        self.set_templates(templates);
        self
    }

    /// Takes the date from this clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Puts other texts in use from the next message on.
    pub fn set_templates(&self, templates: Templates) {
        // A poisoned lock still holds whole templates: replacing the `Arc` cannot stop half-way.
        *self.templates.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(templates);
    }

    /// The texts in use.
    #[must_use]
    pub fn templates(&self) -> Arc<Templates> {
        Arc::clone(&self.templates.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows what the message for this notice says; nothing where no text can be made of it, which
    /// our own texts do not let happen.
    #[must_use]
    pub fn render(&self, dispatch: &OutgoingNotice) -> Option<Rendered> {
        self.templates().preview(dispatch)
    }

    /// Takes the fallbacks of the messages written since the last call, at most the newest 100, for
    /// a host to show to the libraries whose texts could not be used.
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
            "a library's own text could not be used, and the standard text was sent; the library \
             sees it beside its texts"
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

    /// The domain of the sender's address.
    pub(crate) fn domain(&self) -> &str {
        self.sender.from.domain()
    }

    /// Addresses the message.
    pub(crate) fn envelope(&self, dispatch: &OutgoingNotice) -> Result<Envelope, Failure> {
        Ok(Envelope { from: self.sender.envelope.clone(), to: for_the_wire(&dispatch.address)? })
    }

    /// Writes the message.
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
        // RFC 2045 section 6.4: a message with 8-bit parts is 8-bit itself.
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
        // An address that cannot stand in this message is no reason to keep the notice back: one beyond
        // ASCII would make a message that the recipient's server may not take.
        let wired = dispatch.from.emails.iter().filter_map(|email| for_the_wire(email).ok());
        let answers = wired.filter(|address| !needs_utf8(address) || needs_utf8(to));
        answers.fold(headers, |headers, address| {
            headers.reply_to(Mailbox::new(library.clone(), address))
        })
    }

    /// The same for every try of a notice; ids of notices are plain, and anything else is escaped.
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

/// Keeps vacation notices and their like from answering (RFC 3834 section 5).
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

/// A part in UTF-8, in an encoding that does not break lines: unencoded if the server allows it, or
/// else base64. Quoted-printable would break a long link by a `=` at a line's end, which programs that
/// read messages without decoding them treat as part of the link.
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
        // Base64 accepts anything.
        Body::new_with_encoding(text, encoding).unwrap_or_else(Body::new)
    } else {
        // The library's own check sends every line over 76 characters in another encoding.
        let mut whole = lines.join("\r\n").into_bytes();
        whole.extend_from_slice(b"\r\n");
        Body::dangerous_pre_encoded(whole, encoding)
    };
    (SinglePart::builder().header(kind).body(body), encoding)
}
