//! The guarantees of every [`Notifier`].

use crate::check::{Check, Run, checks};
use desktop_delivery::delivery::ProblemKind;
use desktop_delivery::error::NotifyError;
use desktop_delivery::notices::{
    LinkUrl, NoticeFile, NoticeKind, NoticeProblem, OutgoingNotice, Recipient,
};
use desktop_delivery::participants::EmailAddress;
use desktop_delivery::time::Date;
use desktop_delivery::{
    AgencyId, AttachmentNo, Contact, Language, Notifier, Participant, RequestHandle, Timestamp,
};
use std::any::Any;
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// The notices that arrived at the far end of a notifier.
pub trait Inbox: Send + Sync {
    /// Returns the notices accepted so far, oldest first.
    fn delivered(&self) -> Vec<Delivered>;
}

/// A notice as it reaches a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a fixture makes it")]
pub struct Delivered {
    /// The id by which the far end recognizes a repeat.
    pub id: String,
    /// The address it was sent to.
    pub to: String,
    /// Its content as text.
    pub text: String,
}

/// A fresh notifier for one check, its inbox, and everything both need to stay alive.
pub struct NotifierFixture {
    notifier: Arc<dyn Notifier>,
    inbox: Arc<dyn Inbox>,
    refused_address: String,
    unreachable: Arc<dyn Notifier>,
    guard: Vec<Box<dyn Any + Send + Sync>>,
}

impl NotifierFixture {
    /// Creates a fixture of a notifier whose notices arrive in `inbox`, an address that its peer
    /// rejects permanently, and the same notifier with an unreachable peer.
    #[must_use]
    pub fn new(
        notifier: Arc<dyn Notifier>,
        inbox: Arc<dyn Inbox>,
        refused_address: impl Into<String>,
        unreachable: Arc<dyn Notifier>,
    ) -> Self {
        let refused_address = refused_address.into();
        Self { notifier, inbox, refused_address, unreachable, guard: Vec::new() }
    }

    /// Keeps a value alive until the check is over.
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
    a_repeated_notice_is_recognized,
    an_unreachable_peer_is_a_transient_failure,
    every_kind_is_written_in_every_language,
    untrusted_text_stays_text,
];

/// The wait for the far end: five seconds in all.
pub(crate) const TRIES: u32 = 200;
pub(crate) const PAUSE: Duration = Duration::from_millis(25);

pub(crate) const LINK: &str =
    "https://ill.example.org/d/EQEF6xKiTDN-PgABbRTyKc2rokhUF24DvsqslMIQkSo_";
pub(crate) const ADDRESS: &str = "carla.santos@example.org";

pub(crate) fn dispatch(
    number: u32,
    kind: NoticeKind,
    to: Recipient,
    language: Language,
) -> OutgoingNotice {
    let library = |id: &str, name: &str| {
        let id = AgencyId::new(id).expect("a valid id");
        Participant::new(id, name).with_email("ill@lakeside.example.org").with_language(language)
    };
    let carries = matches!(to, Recipient::Partner | Recipient::Patron);
    let mut file = NoticeFile::new(AttachmentNo::new(1), "ice-ages.pdf", 3_400_000);
    file.description = "Pages 3 to 18".to_owned();
    file.downloads_left = 5;
    file.expires_at = Some(Timestamp::from_seconds(1_803_000_000));
    file.last_day = Date::new(2027, 2, 22);
    let mut notice = OutgoingNotice::new(
        (format!("fffffffffffffff{number:x}.{number}"), RequestHandle::from_bytes([0xff; 8])),
        (kind, to),
        (
            Contact::new("Carla Santos", ADDRESS).with_language(language),
            EmailAddress::new(ADDRESS).expect("a valid address"),
        ),
        library("CA-BVAU", "Bibliothèque du Lac"),
        library("CA-OTU", "Harbour College Library"),
    );
    notice.title = "On Ice Ages".to_owned();
    notice.request_no = "2026-00417".to_owned();
    notice.files = vec![file];
    notice.link = carries.then(|| LinkUrl::new(LINK.to_owned()));
    notice.problems =
        vec![NoticeProblem::new(ProblemKind::MissingPage, "Page 7 comes after page 5.")];
    notice
}

pub(crate) fn received_notice(number: u32) -> OutgoingNotice {
    dispatch(number, NoticeKind::Received, Recipient::Patron, Language::ENGLISH)
}

/// Waits for the notices, which may arrive shortly after they are acknowledged.
fn arrived(on: &On, count: usize) -> Vec<Delivered> {
    for _ in 0..TRIES {
        let delivered = on.inbox.delivered();
        if delivered.len() >= count {
            return delivered;
        }
        thread::sleep(PAUSE);
    }
    panic!("expected {count} notices, got {}", on.inbox.delivered().len());
}

/// Returns the text of an error and all its causes.
fn texts(error: &NotifyError) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    text
}

fn keeps_secrets(error: &NotifyError, address: &str) {
    let texts = texts(error);
    assert!(
        !texts.contains(address) && !texts.contains(LINK),
        "the error contains an address or a link: {texts}"
    );
}

async fn a_notice_arrives_with_its_link(on: On, _: Run) {
    on.notifier.notify(&received_notice(1)).await.expect("the notice is accepted");
    let Delivered { to, text, .. } = arrived(&on, 1).remove(0);
    assert!(text.contains(LINK), "no link: {text}");
    assert!(
        text.contains("2026-00417") || text.contains("On Ice Ages"),
        "the notice does not identify the request: {text}"
    );
    assert_eq!(to, ADDRESS, "the address of the recipient");
}

async fn a_repeated_notice_is_recognized(on: On, _: Run) {
    for number in [1, 1, 2] {
        on.notifier.notify(&received_notice(number)).await.expect("the notice is accepted");
    }
    // A notifier may replace the first notice with the repeat, so distinct ids are counted.
    let ids = || -> BTreeSet<String> {
        on.inbox.delivered().into_iter().map(|notice| notice.id).collect()
    };
    for _ in 0..TRIES {
        if ids().len() > 1 {
            break;
        }
        thread::sleep(PAUSE);
    }
    assert_eq!(ids().len(), 2, "only the repeat has the same id");
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
    for language in [Language::ENGLISH, Language::FRENCH] {
        for (kind, to) in kinds {
            sent += 1;
            let notice = dispatch(sent, kind, to, language);
            on.notifier.notify(&notice).await.expect("the notice is accepted");
        }
    }
    let messages = arrived(&on, usize::try_from(sent).unwrap_or(0));
    let mut carrying = 0;
    for Delivered { text, .. } in &messages {
        assert!(text.trim().len() > 40, "too short: {text}");
        carrying += usize::from(text.contains(LINK));
    }
    assert_eq!(carrying, 12, "notices with a link");
}

async fn untrusted_text_stays_text(on: On, _: Run) {
    const TEMPLATE: &str = "Ice {{ 7*7 }} {% if true %}Ages{% endif %}";
    let kinds = [NoticeKind::MoreRequested, NoticeKind::ProblemReported];
    for (sent, kind) in (1..).zip(kinds) {
        let mut notice = dispatch(sent, kind, Recipient::SupplierStaff, Language::ENGLISH);
        notice.title = TEMPLATE.to_owned();
        notice.note = TEMPLATE.to_owned();
        notice.problems[0].note = TEMPLATE.to_owned();
        notice.request_no = TEMPLATE.to_owned();
        notice.from.name = TEMPLATE.to_owned();
        notice.other.name = TEMPLATE.to_owned();
        notice.files[0].file_name = TEMPLATE.to_owned();
        notice.files[0].description = TEMPLATE.to_owned();
        on.notifier.notify(&notice).await.expect("the notice is accepted");
        let count = usize::try_from(sent).unwrap_or(0);
        let Delivered { text, .. } = arrived(&on, count).remove(count - 1);
        assert!(!text.contains("Ice 49"), "an evaluated template: {text}");
        assert!(text.contains("Ice {{ 7*7 }}"), "shown as written: {text}");
    }
}

async fn a_refused_address_is_a_permanent_failure(on: On, _: Run) {
    let mut notice = received_notice(1);
    notice.address = EmailAddress::new(&on.refused_address).expect("a valid address");
    notice.contact = Contact::new("Carla Santos", on.refused_address.clone());
    let error = on.notifier.notify(&notice).await.expect_err("the address is rejected");
    assert!(!error.is_transient(), "a retry cannot help");
    keeps_secrets(&error, &on.refused_address);
    on.notifier.notify(&received_notice(2)).await.expect("other notices still arrive");
}

async fn an_unreachable_peer_is_a_transient_failure(on: On, _: Run) {
    let error =
        on.unreachable.notify(&received_notice(1)).await.expect_err("the peer is unreachable");
    assert!(error.is_transient(), "a retry may help");
    keeps_secrets(&error, ADDRESS);
}
