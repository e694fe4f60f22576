//! The guarantees of every [`Notifier`] that sends email.

use crate::check::{Check, Run, checks};
use crate::notifier::{ADDRESS, Delivered, Inbox, LINK, PAUSE, TRIES, dispatch, received_notice};
use desktop_delivery::notices::{NoticeKind, Recipient};
use desktop_delivery::{Contact, Language, Notifier};
use mail_parser::MessageParser;
use std::any::Any;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::thread;

/// The messages that arrived at the far end of an email notifier.
pub trait Mailbox: Send + Sync {
    /// Returns the messages accepted so far, oldest first.
    fn received(&self) -> Vec<Received>;
}

/// A message as accepted by the far end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a fixture makes it")]
pub struct Received {
    /// The message in the format of RFC 5322.
    pub raw: Vec<u8>,
}

/// Adapts a [`Mailbox`] to the [`Inbox`] of any notifier.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "it is a wrapper to put around a mailbox")]
pub struct MailInbox(pub Arc<dyn Mailbox>);

impl fmt::Debug for MailInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailInbox").finish_non_exhaustive()
    }
}

impl Inbox for MailInbox {
    fn delivered(&self) -> Vec<Delivered> {
        let read = |message: Received| {
            let parsed = MessageParser::default().parse(&message.raw).expect("a valid message");
            let to = parsed.to().and_then(|to| to.first()?.address()).unwrap_or_default();
            Delivered {
                id: parsed.message_id().unwrap_or_default().to_owned(),
                to: to.to_owned(),
                text: texts(&message).0,
            }
        };
        self.0.received().into_iter().map(read).collect()
    }
}

/// A fresh notifier for one check, its mailbox, and everything both need to stay alive.
pub struct MailNotifierFixture {
    notifier: Arc<dyn Notifier>,
    mailbox: Arc<dyn Mailbox>,
    guard: Vec<Box<dyn Any + Send + Sync>>,
}

impl MailNotifierFixture {
    /// Creates a fixture of a notifier whose messages arrive in `mailbox`.
    #[must_use]
    pub fn new(notifier: Arc<dyn Notifier>, mailbox: Arc<dyn Mailbox>) -> Self {
        Self { notifier, mailbox, guard: Vec::new() }
    }

    /// Keeps a value alive until the check is over.
    #[must_use]
    pub fn with_guard(mut self, guard: impl Any + Send + Sync) -> Self {
        self.guard.push(Box::new(guard));
        self
    }
}

impl fmt::Debug for MailNotifierFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let guards = self.guard.len();
        f.debug_struct("MailNotifierFixture").field("guards", &guards).finish_non_exhaustive()
    }
}

type On = MailNotifierFixture;

pub(crate) const CHECKS: &[Check<On>] = checks![
    a_message_shows_its_link_unbroken,
    a_repeated_message_has_the_same_message_id,
    untrusted_text_cannot_change_the_structure,
];

/// Waits for the messages, which may arrive shortly after they are acknowledged.
fn arrived(on: &On, count: usize) -> Vec<Received> {
    for _ in 0..TRIES {
        let received = on.mailbox.received();
        if received.len() >= count {
            return received;
        }
        thread::sleep(PAUSE);
    }
    panic!("expected {count} messages, got {}", on.mailbox.received().len());
}

/// Returns the decoded texts of a message: plain text and HTML.
fn texts(message: &Received) -> (String, String) {
    let parsed = MessageParser::default().parse(&message.raw).expect("a valid message");
    let plain = (0..parsed.text_body.len()).filter_map(|place| parsed.body_text(place));
    let html = (0..parsed.html_body.len()).filter_map(|place| parsed.body_html(place));
    (plain.collect(), html.collect())
}

async fn a_message_shows_its_link_unbroken(on: On, _: Run) {
    on.notifier.notify(&received_notice(1)).await.expect("the notice is accepted");
    let message = arrived(&on, 1).remove(0);
    let (plain, html) = texts(&message);
    assert!(plain.lines().any(|line| line.trim() == LINK), "on a line of its own: {plain}");
    assert!(html.is_empty() || html.contains(LINK), "in the HTML: {html}");
    assert!(
        plain.contains("2026-00417") || plain.contains("On Ice Ages"),
        "the message identifies the request"
    );
    let raw = String::from_utf8_lossy(&message.raw);
    assert!(raw.contains(LINK), "unbroken in the raw message");
    assert!(raw.contains(ADDRESS), "the message is addressed");
}

async fn a_repeated_message_has_the_same_message_id(on: On, _: Run) {
    let id = |message: &Received| {
        let parsed = MessageParser::default().parse(&message.raw).expect("a valid message");
        parsed.message_id().expect("it has a message id").to_owned()
    };
    for number in [1, 1, 2] {
        on.notifier.notify(&received_notice(number)).await.expect("the notice is accepted");
    }
    // A notifier may replace the first message with the repeat, so distinct ids are counted.
    let ids = || -> BTreeSet<String> { on.mailbox.received().iter().map(id).collect() };
    for _ in 0..TRIES {
        if ids().len() > 1 {
            break;
        }
        thread::sleep(PAUSE);
    }
    assert_eq!(ids().len(), 2, "only the repeat has the same id");
}

async fn untrusted_text_cannot_change_the_structure(on: On, _: Run) {
    let kinds = [NoticeKind::MoreRequested, NoticeKind::ProblemReported];
    for (sent, kind) in (1..).zip(kinds) {
        stays_text(&on, kind, sent).await;
    }
}

async fn stays_text(on: &On, kind: NoticeKind, sent: u32) {
    const HEADER: &str = "Bcc: victim@example.org";
    const MARKUP: &str = "<img src=x onerror=alert(1)>";
    let hostile = format!("Ice\r\n{HEADER}\r\n\r\n{MARKUP}{{{{ 7*7 }}}}");
    let mut notice = dispatch(sent, kind, Recipient::SupplierStaff, Language::ENGLISH);
    notice.title.clone_from(&hostile);
    notice.note.clone_from(&hostile);
    notice.problems[0].note.clone_from(&hostile);
    notice.request_no.clone_from(&hostile);
    notice.from.name.clone_from(&hostile);
    notice.other.name.clone_from(&hostile);
    notice.files[0].file_name.clone_from(&hostile);
    notice.files[0].description.clone_from(&hostile);
    notice.contact = Contact::new(hostile, ADDRESS);
    on.notifier.notify(&notice).await.expect("the notice is accepted");
    let count = usize::try_from(sent).unwrap_or(0);
    let message = arrived(on, count).remove(count - 1);
    let parsed = MessageParser::default().parse(&message.raw).expect("a valid message");
    assert!(parsed.bcc().is_none(), "no injected header");
    let raw = String::from_utf8_lossy(&message.raw);
    let head = raw.split("\r\n\r\n").next().unwrap_or_default();
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    let (_, html) = texts(&message);
    assert!(!html.contains("<img"), "no injected markup: {html}");
    assert!(!raw.contains(" 49"), "no evaluated template");
}
