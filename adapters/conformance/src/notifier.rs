//! What every [`Notifier`] promises.

use crate::suite::{Check, Run, checks};
use desktop_delivery::{
    AgencyId, AttachmentNo, Contact, Dispatch, DispatchedFile, DispatchedProblem, Language,
    LinkUrl, NoticeKind, Notifier, NotifyError, Participant, ProblemKind, Recipient, RequestHandle,
    Timestamp,
};
use mail_parser::MessageParser;
use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Shows what arrived at the far end of a notifier.
pub trait Mailbox: Send + Sync {
    /// The messages taken so far, oldest first.
    fn received(&self) -> Vec<Received>;
}

/// One message, as the far end took it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a fixture makes it")]
pub struct Received {
    /// The message, in the form of RFC 5322.
    pub raw: Vec<u8>,
}

/// Holds a fresh notifier for one check, its mailbox, and whatever both need to live.
pub struct NotifierFixture {
    notifier: Arc<dyn Notifier>,
    mailbox: Arc<dyn Mailbox>,
    refused_address: String,
    unreachable: Arc<dyn Notifier>,
    guard: Vec<Box<dyn Any + Send + Sync>>,
}

impl NotifierFixture {
    /// A notifier whose messages arrive in `mailbox`; an address that its peer refuses for good; and the
    /// same notifier with a peer that cannot be reached.
    #[must_use]
    pub fn new(
        notifier: Arc<dyn Notifier>,
        mailbox: Arc<dyn Mailbox>,
        refused_address: impl Into<String>,
        unreachable: Arc<dyn Notifier>,
    ) -> Self {
        let refused_address = refused_address.into();
        Self { notifier, mailbox, refused_address, unreachable, guard: Vec::new() }
    }

    /// Keeps something alive until the check is over.
    #[must_use]
    pub fn with_guard(mut self, guard: impl Any + Send + Sync) -> Self {
        self.guard.push(Box::new(guard));
        self
    }
}

impl fmt::Debug for NotifierFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotifierFixture").field("guards", &self.guard.len()).finish_non_exhaustive()
    }
}

type On = NotifierFixture;

pub(crate) const CHECKS: &[Check<On>] = checks![
    a_notice_arrives_with_its_link,
    a_refused_address_is_a_permanent_failure,
    a_repeated_notice_has_the_same_message_id,
    an_unreachable_peer_is_a_transient_failure,
    every_kind_is_written_in_every_language,
    text_from_outside_stays_text,
];

/// How often and how long the far end is waited for: five seconds in all.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(25);

const LINK: &str = "https://ill.example.org/d/EQEF6xKiTDN-PgABbRTyKc2rokhUF24DvsqslMIQkSo_";
const ADDRESS: &str = "carla.santos@example.org";

fn dispatch(number: u32, kind: NoticeKind, to: Recipient, language: Language) -> Dispatch {
    let library = |id: &str, name: &str| {
        let id = AgencyId::new(id).expect("it is an id");
        Participant::new(id, name).with_email("ill@lakeside.example.org").with_language(language)
    };
    let carries = matches!(to, Recipient::Partner | Recipient::Patron);
    Dispatch {
        id: format!("fffffffffffffff{number:x}.{number}"),
        handle: RequestHandle::from_bytes([0xff; 8]),
        kind,
        to,
        contact: Contact::new("Carla Santos", ADDRESS).with_language(language),
        from: library("CA-BVAU", "Bibliothèque du Lac"),
        other: library("CA-OTU", "Harbour College Library"),
        title: "On Ice Ages".to_owned(),
        request_no: "2026-00417".to_owned(),
        files: vec![DispatchedFile {
            no: AttachmentNo::new(1),
            file_name: "ice-ages.pdf".to_owned(),
            description: "Pages 3 to 18".to_owned(),
            size: 3_400_000,
            downloads_left: 5,
            expires_at: Some(Timestamp::from_seconds(1_803_000_000)),
            last_day: Some((2027, 2, 22)),
        }],
        link: carries.then(|| LinkUrl::new(LINK.to_owned())),
        problems: vec![DispatchedProblem {
            kind: ProblemKind::MissingPage,
            note: "Page 7 comes after page 5.".to_owned(),
        }],
        note: String::new(),
    }
}

fn received_notice(number: u32) -> Dispatch {
    dispatch(number, NoticeKind::Received, Recipient::Patron, Language::English)
}

/// Waits for the far end, which may take a message a moment after it said so.
fn arrived(on: &On, count: usize) -> Vec<Received> {
    for _ in 0..TRIES {
        let received = on.mailbox.received();
        if received.len() >= count {
            return received;
        }
        thread::sleep(PAUSE);
    }
    panic!("{count} messages were to arrive, {} did", on.mailbox.received().len());
}

/// The texts of a message: plain parts and the rest, decoded.
fn texts(message: &Received) -> (String, String) {
    let parsed = MessageParser::default().parse(&message.raw).expect("it is a message");
    let plain = (0..parsed.text_body.len()).filter_map(|place| parsed.body_text(place));
    let html = (0..parsed.html_body.len()).filter_map(|place| parsed.body_html(place));
    (plain.collect(), html.collect())
}

/// Everything that a failure says, with its causes.
fn said(error: &NotifyError) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    text
}

fn keeps_secrets(error: &NotifyError, address: &str) {
    let said = said(error);
    assert!(!said.contains(address) && !said.contains(LINK), "a failure names neither: {said}");
}

async fn a_notice_arrives_with_its_link(on: On, _: Run) {
    on.notifier.notify(&received_notice(1)).await.expect("it is taken");
    let message = arrived(&on, 1).remove(0);
    let (plain, html) = texts(&message);
    assert!(plain.lines().any(|line| line.trim() == LINK), "alone on a line of the text: {plain}");
    assert!(html.is_empty() || html.contains(LINK), "and in the other form: {html}");
    assert!(plain.contains("2026-00417") || plain.contains("On Ice Ages"), "it says for what");
    let raw = String::from_utf8_lossy(&message.raw);
    assert!(raw.contains(LINK), "whole also in the message as it went over the wire");
    assert!(raw.contains(ADDRESS), "it is addressed");
}

async fn a_repeated_notice_has_the_same_message_id(on: On, _: Run) {
    on.notifier.notify(&received_notice(1)).await.expect("it is taken");
    let first = arrived(&on, 1).remove(0);
    on.notifier.notify(&received_notice(1)).await.expect("it is taken again");
    on.notifier.notify(&received_notice(2)).await.expect("it is taken");
    let id = |message: &Received| {
        let parsed = MessageParser::default().parse(&message.raw).expect("it is a message");
        parsed.message_id().expect("it has a message id").to_owned()
    };
    // A notifier may put a repeat in the place of the first, so ids are looked at, not numbers.
    let ids = |on: &On| -> Vec<String> { on.mailbox.received().iter().map(id).collect() };
    let of_first = id(&first);
    for _ in 0..TRIES {
        if ids(&on).iter().any(|other| *other != of_first) {
            break;
        }
        thread::sleep(PAUSE);
    }
    let ids = ids(&on);
    let same = ids.iter().filter(|other| **other == of_first).count();
    assert!(same >= 1, "the repeat has the id of the first");
    assert_eq!(ids.len() - same, 1, "and another notice has another: {ids:?}");
}

async fn every_kind_is_written_in_every_language(on: On, _: Run) {
    let kinds = [
        (NoticeKind::CancelRequested, Recipient::SupplierStaff),
        (NoticeKind::MoreGranted, Recipient::Partner),
        (NoticeKind::MoreGranted, Recipient::Patron),
        (NoticeKind::MoreGranted, Recipient::RequesterStaff),
        (NoticeKind::MoreRequested, Recipient::SupplierStaff),
        (NoticeKind::ProblemAnswered, Recipient::RequesterStaff),
        (NoticeKind::ProblemReported, Recipient::SupplierStaff),
        (NoticeKind::Received, Recipient::Patron),
        (NoticeKind::Replaced, Recipient::Partner),
        (NoticeKind::Replaced, Recipient::Patron),
        (NoticeKind::Replaced, Recipient::RequesterStaff),
        (NoticeKind::Shipped, Recipient::Partner),
    ];
    let mut sent = 0;
    for language in [Language::English, Language::French] {
        for (kind, to) in kinds {
            sent += 1;
            let notice = dispatch(sent, kind, to, language);
            on.notifier.notify(&notice).await.expect("it is taken");
        }
    }
    let messages = arrived(&on, usize::try_from(sent).unwrap_or(0));
    let mut carrying = 0;
    for message in &messages {
        let (plain, _) = texts(message);
        assert!(plain.trim().len() > 40, "it says something: {plain}");
        carrying += usize::from(plain.contains(LINK));
    }
    assert_eq!(carrying, 12, "each that has a link shows it, and no other does");
}

async fn text_from_outside_stays_text(on: On, _: Run) {
    let kinds = [NoticeKind::MoreRequested, NoticeKind::ProblemReported];
    for (sent, kind) in (1..).zip(kinds) {
        stays_text(&on, kind, sent).await;
    }
}

async fn stays_text(on: &On, kind: NoticeKind, sent: u32) {
    const HEADER: &str = "Bcc: victim@example.org";
    const MARKUP: &str = "<img src=x onerror=alert(1)>";
    let hostile = format!("Ice\r\n{HEADER}\r\n\r\n{MARKUP}{{{{ 7*7 }}}}");
    let mut notice = dispatch(sent, kind, Recipient::SupplierStaff, Language::English);
    notice.title.clone_from(&hostile);
    notice.note.clone_from(&hostile);
    notice.problems[0].note.clone_from(&hostile);
    notice.request_no.clone_from(&hostile);
    notice.from.name.clone_from(&hostile);
    notice.other.name.clone_from(&hostile);
    notice.files[0].file_name.clone_from(&hostile);
    notice.files[0].description.clone_from(&hostile);
    notice.contact = Contact::new(hostile, ADDRESS);
    on.notifier.notify(&notice).await.expect("it is taken");
    let count = usize::try_from(sent).unwrap_or(0);
    let message = arrived(on, count).remove(count - 1);
    let parsed = MessageParser::default().parse(&message.raw).expect("it is a message");
    assert!(parsed.bcc().is_none(), "no header of theirs");
    let raw = String::from_utf8_lossy(&message.raw);
    let head = raw.split("\r\n\r\n").next().unwrap_or_default();
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    let (_, html) = texts(&message);
    assert!(!html.contains("<img"), "no markup of theirs: {html}");
    assert!(!raw.contains(" 49"), "and no template of theirs");
}

async fn a_refused_address_is_a_permanent_failure(on: On, _: Run) {
    let mut notice = received_notice(1);
    notice.contact = Contact::new("Carla Santos", on.refused_address.clone());
    let error = on.notifier.notify(&notice).await.expect_err("nobody takes it");
    assert!(!error.is_transient(), "no other try can help");
    keeps_secrets(&error, &on.refused_address);
    on.notifier.notify(&received_notice(2)).await.expect("others still get theirs");
}

async fn an_unreachable_peer_is_a_transient_failure(on: On, _: Run) {
    let error = on.unreachable.notify(&received_notice(1)).await.expect_err("nobody is there");
    assert!(error.is_transient(), "another try may help");
    keeps_secrets(&error, ADDRESS);
}
